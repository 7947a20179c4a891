package cli

import (
	"os"
	"runtime/debug"
)

// A run is short: rendering a repository allocates much and keeps little, and
// collecting it at the usual pace costs a quarter of the time. So the heap may
// grow to five times what is live, up to a size from which on memory is dearer
// than time.
const (
	heapGrowth = 400       // per cent
	softLimit  = 256 << 20 // bytes
	// imageLimit is the softer one of a run that reads images, whose streams make
	// much that is dropped at once.
	imageLimit = 160 << 20 // bytes
)

// TuneMemory sets the pace of the garbage collector, unless the operator has.
// See https://go.dev/doc/gc-guide.
func TuneMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(heapGrowth)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(softLimit)
	}
}

// readsImages sets the pace for a run that does, unless the operator has.
func (e Env) readsImages() {
	if e.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(imageLimit)
	}
}
