package main

import (
	"os"
	"syscall"
)

// peakMemory is the largest resident set of a process that has ended, in bytes.
// Linux counts in what the parent held when it started the child, so this
// program must stay small while it measures. See getrusage(2).
func peakMemory(st *os.ProcessState) int64 {
	if usage, ok := st.SysUsage().(*syscall.Rusage); ok {
		return usage.Maxrss << 10
	}
	return 0
}
