package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// run is a command line and the largest exit code that is no failure.
type run struct {
	args    []string
	maxCode int
}

// cost is what one run took.
type cost struct {
	cpu  time.Duration // user and system
	wall time.Duration
	peak int64 // bytes of memory, 0 where the system does not tell
}

// measure runs it once.
func (r run) measure() (cost, error) {
	cmd := exec.CommandContext(context.Background(), r.args[0], r.args[1:]...)
	start := time.Now()
	err := cmd.Run()
	wall := time.Since(start)
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() >= 0 && exit.ExitCode() <= r.maxCode {
		err = nil
	}
	if err != nil {
		return cost{}, fmt.Errorf("%s: %w", strings.Join(r.args, " "), err)
	}
	st := cmd.ProcessState
	return cost{st.UserTime() + st.SystemTime(), wall, peakMemory(st)}, nil
}

// medians runs the commands in turn, so that what else the machine does falls
// on all of them alike, and returns for each the medians of its times and the
// largest of its peaks. A first round, which fills the file cache, does not
// count.
func medians(rounds int, runs []run) ([]cost, error) {
	if rounds < 1 {
		return nil, fmt.Errorf("-runs %d: at least 1", rounds)
	}
	times, walls, out := make([][]time.Duration, len(runs)), make([][]time.Duration, len(runs)), make([]cost, len(runs))
	for round := range rounds + 1 {
		for i, r := range runs {
			c, err := r.measure()
			if err != nil {
				return nil, err
			}
			if round > 0 {
				times[i], walls[i] = append(times[i], c.cpu), append(walls[i], c.wall)
				out[i].peak = max(out[i].peak, c.peak)
			}
		}
	}
	for i, list := range times {
		slices.Sort(list)
		slices.Sort(walls[i])
		out[i].cpu, out[i].wall = list[len(list)/2], walls[i][len(list)/2]
	}
	return out, nil
}
