package cli

import (
	"fmt"

	"github.com/spf13/pflag"

	"github.com/tidewaiter/tidewaiter/internal/gate"
	"github.com/tidewaiter/tidewaiter/internal/image/layerstore"
	"github.com/tidewaiter/tidewaiter/internal/report"
)

// cacheOptions are the flags about the cache of layers.
type cacheOptions struct {
	places []string
	off    bool
}

func (o *cacheOptions) flags(f *pflag.FlagSet) {
	f.StringArrayVar(&o.places, "cache", nil, "keep what layers hold in the folder `DIR` (default: the user's cache), and in a repository of your own, oci://REGISTRY/REPO; repeatable")
	f.BoolVar(&o.off, "no-cache", false, "read every layer, and keep nothing of it")
}

// layers returns where the flags say that layers are kept.
func (o cacheOptions) layers() (gate.LayerCache, error) {
	out := gate.LayerCache{Off: o.off}
	if o.off && len(o.places) > 0 {
		return out, &flagError{fmt.Errorf("--cache %s has no effect with --no-cache: leave one of them out", o.places[0])}
	}
	for _, place := range o.places {
		at, name := &out.Folder, place
		if repo, ok := layerstore.Repository(place); ok {
			at, name = &out.Repository, repo
		}
		switch {
		case name == "":
			return out, &flagError{fmt.Errorf("--cache %q: write a folder, or oci://REGISTRY/REPO", place)}
		case *at != "":
			return out, &flagError{fmt.Errorf("--cache %s: one folder and one repository at most", place)}
		}
		*at = name
	}
	return out, nil
}

// notice returns a function that tells standard error of something that costs
// time and nothing else.
func (e Env) notice(quiet bool) func(string) {
	if quiet {
		return nil
	}
	return func(text string) { fmt.Fprintln(e.Stderr, "note: "+report.Message(text)) }
}
