package cli

import (
	"fmt"
	"sync"
	"time"

	"github.com/tidewaiter/tidewaiter/internal/report"
)

// progressAfter is how long a run stays silent; most are over by then.
const progressAfter = 2 * time.Second

// newProgress returns a function that tells standard error of long steps: all
// of them when verbose, none when quiet, and otherwise those after the first
// seconds of a run.
func newProgress(env Env, o checkOptions) func(string) {
	if o.quiet {
		return nil
	}
	start := env.Now()
	var mu sync.Mutex
	return func(step string) {
		mu.Lock()
		defer mu.Unlock()
		elapsed := env.Now().Sub(start)
		if o.verbose || elapsed > progressAfter {
			fmt.Fprintf(env.Stderr, "%6.1fs  %s\n", elapsed.Seconds(), report.Message(step))
		}
	}
}
