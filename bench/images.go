package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/image/imagetest"
	"github.com/tidewaiter/tidewaiter/internal/registry"
)

// The goals for images.
const (
	maxGzipRatio   = 1.2
	maxTarRatio    = 1.35
	maxSecretRatio = 1.6
	maxImagePeak   = 200 << 20 // bytes
	maxCached      = 300       // milliseconds
)

// runFloor is this program as the one to compare with.
func runFloor(ref string) error {
	ctx := context.Background()
	content, err := registry.New(registry.Options{}).Open(ctx, ref)
	if err != nil {
		return err
	}
	defer content.Close()
	_, err = imagetest.Floor(ctx, content, 2)
	return err
}

// imageFigures measures an image made of the folders of this machine, each a layer.
func imageFigures(dir, binary string, o options) ([]figure, error) {
	var out []figure
	for _, zip := range []bool{true, false} {
		kind, goal := "tar", maxTarRatio
		if zip {
			kind, goal = "gzip", maxGzipRatio
		}
		layout := filepath.Join(dir, "image-"+kind)
		size, err := layoutOf(layout, strings.Split(o.image, ","), zip)
		if err != nil {
			return nil, err
		}
		found, err := layoutFigures(dir, binary, layout, fmt.Sprintf("%s image of %d MB", kind, size/1e6), goal, o.runs)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
		if err := os.RemoveAll(layout); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func layoutFigures(dir, binary, layout, name string, goal float64, runs int) ([]figure, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	empty, cache, ref := filepath.Join(dir, "nothing"), filepath.Join(dir, "layers"), "oci:"+layout
	if err := os.MkdirAll(empty, 0o755); err != nil {
		return nil, err
	}
	check := []string{binary, "check", "--quiet", "--offline", "--image", ref, empty}
	spent, err := medians(runs, []run{
		{[]string{self, "-floor", ref}, 0},
		{[]string{binary, "sbom", ref, "--no-cache"}, 0},
		{append(check, "--no-cache"), 1},
		{append(check, "--cache", cache), 1}, // the first round, which does not count, fills it
	})
	if err != nil {
		return nil, err
	}
	floor := spent[0]
	ratio := func(what string, c cost, goal float64) figure {
		return figure{name + ", " + what, c.wall.Seconds() / floor.wall.Seconds(), goal, "times",
			fmt.Sprintf("%.2f s against %.2f s of unpacking, hashing and walking; CPU %.2f s against %.2f s, %.2f times; medians of %d",
				c.wall.Seconds(), floor.wall.Seconds(), c.cpu.Seconds(), floor.cpu.Seconds(), c.cpu.Seconds()/floor.cpu.Seconds(), runs)}
	}
	out := []figure{ratio("packages and facts", spent[1], goal), ratio("with secrets", spent[2], maxSecretRatio),
		{name + ", cached", ms(spent[3].wall), maxCached, "ms", fmt.Sprintf("median of %d", runs)}}
	if peak := max(spent[1].peak, spent[2].peak); peak > 0 {
		out = append(out, figure{name + ", memory", float64(peak) / (1 << 20), maxImagePeak >> 20, "MiB", "largest of all runs"})
	}
	return out, nil
}
