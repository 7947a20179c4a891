package cli

import (
	"fmt"
	"sync"
	"time"

	"github.com/tidewaiter/tidewaiter/internal/report"
)

const (
	// progressAfter is how long a run stays silent; most are over by then.
	progressAfter = 2 * time.Second
	// refreshAfter is how often the line about bytes is written anew.
	refreshAfter = 200 * time.Millisecond
)

// progress tells standard error what a run is about.
type progress struct {
	env     Env
	verbose bool
	start   time.Time

	mu sync.Mutex
	// open is true while the line about bytes stands unfinished.
	open bool
	// began is when the image of total bytes was begun, told when its line was
	// last written.
	began, told time.Time
	total       int64
}

// newProgress returns a function that tells of long steps: all of them when
// verbose, none when quiet, and otherwise those after the first seconds of a run;
// and one that shows, on a terminal, how many bytes of how many have been read,
// and how fast.
func newProgress(env Env, o checkOptions) (step func(string), transfer func(done, total int64)) {
	if o.quiet {
		return nil, nil
	}
	p := &progress{env: env, verbose: o.verbose, start: env.Now()}
	if !env.ErrorTerminal {
		return p.step, nil
	}
	return p.step, p.transfer
}

func (p *progress) step(what string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clear()
	elapsed := p.env.Now().Sub(p.start)
	if p.verbose || elapsed > progressAfter {
		fmt.Fprintf(p.env.Stderr, "%6.1fs  %s\n", elapsed.Seconds(), report.Message(what))
	}
}

// clear takes the line about bytes away. See ECMA-48, 8.3.41 (erase in line).
func (p *progress) clear() {
	if p.open {
		fmt.Fprint(p.env.Stderr, "\r\x1b[K")
		p.open = false
	}
}

func (p *progress) transfer(done, total int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.env.Now()
	if total != p.total || p.began.IsZero() {
		p.began, p.total = now, total
	}
	switch {
	case total > 0 && done >= total:
		p.clear()
	case now.Sub(p.start) > progressAfter && now.Sub(p.told) >= refreshAfter:
		p.told = now
		p.clear()
		fmt.Fprintf(p.env.Stderr, "         %s", transferred(done, total, now.Sub(p.began)))
		p.open = true
	}
}

// transferred words how far a download is: "120.4 of 512.0 MB, 95.3 MB/s".
func transferred(done, total int64, took time.Duration) string {
	const mega = 1e6
	of := ""
	if total > 0 {
		of = fmt.Sprintf(" of %.1f", float64(total)/mega)
	}
	rate := ""
	if took > 0 {
		rate = fmt.Sprintf(", %.1f MB/s", float64(done)/mega/took.Seconds())
	}
	return fmt.Sprintf("%.1f%s MB%s", float64(done)/mega, of, rate)
}
