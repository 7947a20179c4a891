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

// cpu runs it once and returns the user and system time it took.
func (r run) cpu() (time.Duration, error) {
	cmd := exec.CommandContext(context.Background(), r.args[0], r.args[1:]...)
	err := cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() >= 0 && exit.ExitCode() <= r.maxCode {
		err = nil
	}
	if err != nil {
		return 0, fmt.Errorf("%s: %w", strings.Join(r.args, " "), err)
	}
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), nil
}

// medians runs the commands in turn, so that what else the machine does falls
// on all of them alike, and returns the median of each. A first round, which
// fills the file cache, does not count.
func medians(rounds int, runs []run) ([]time.Duration, error) {
	if rounds < 1 {
		return nil, fmt.Errorf("-runs %d: at least 1", rounds)
	}
	times := make([][]time.Duration, len(runs))
	for round := range rounds + 1 {
		for i, r := range runs {
			t, err := r.cpu()
			if err != nil {
				return nil, err
			}
			if round > 0 {
				times[i] = append(times[i], t)
			}
		}
	}
	out := make([]time.Duration, len(runs))
	for i, list := range times {
		slices.Sort(list)
		out[i] = list[len(list)/2]
	}
	return out, nil
}
