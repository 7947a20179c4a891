package baseimage

import "time"

// Limits on what finding base images may cost.
const (
	// MaxQueries bounds the images asked for over the network in one run.
	MaxQueries = 100
	// MaxCached bounds one file of the cache.
	MaxCached = 2 << 20
	// deadline bounds all asking together.
	deadline = 5 * time.Second
	// atOnce is how many are asked side by side.
	atOnce = 8
	// silentFor is how long a host that could not be reached is not tried again.
	silentFor = time.Minute
	// freshFor is how long what a tag meant is used without asking again, and
	// staleFor how long where nobody can be asked.
	freshFor = time.Hour
	staleFor = 7 * 24 * time.Hour
)
