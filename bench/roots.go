package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

const maxRenderRatio = 1.3

// rootFigures measures each repository below -corpus that has kustomizations:
// the whole check against kustomize building the roots that it renders, one
// after the other.
func rootFigures(binary string, o options) ([]figure, error) {
	if !found(o.kustomize, "repositories") {
		return nil, nil
	}
	entries, err := os.ReadDir(o.corpus)
	if err != nil {
		return nil, err
	}
	var out []figure
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		f, err := rootFigure(filepath.Join(o.corpus, e.Name()), binary, o)
		if err != nil {
			return nil, err
		}
		if f != nil {
			out = append(out, *f)
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("-corpus %s: no folder in it renders a kustomization", o.corpus)
	}
	return out, nil
}

// rootFigure measures one repository; it returns nil for one without roots.
func rootFigure(repository, binary string, o options) (*figure, error) {
	roots, err := rootsOf(repository)
	if err != nil || len(roots) == 0 {
		return nil, err
	}
	runs := []run{{[]string{binary, "check", "--quiet", "--offline", repository}, 1}}
	for _, root := range roots {
		runs = append(runs, run{[]string{o.kustomize, "build", root}, 0})
	}
	cost, err := medians(o.runs, runs)
	if err != nil {
		return nil, err
	}
	var peer float64
	for _, c := range cost[1:] {
		peer += ms(c.cpu)
	}
	own := ms(cost[0].cpu)
	return &figure{filepath.Base(repository), own / peer, maxRenderRatio, "times",
		fmt.Sprintf("check, %.0f ms CPU, peak %.0f MiB, against %.0f ms of kustomize build of its %d roots, medians of %d", own, mib(cost[0].peak), peer, len(roots), o.runs)}, nil
}

// rootsOf returns the folders of a repository that are rendered. What an Argo CD
// or Flux object builds without a kustomization file is left out: kustomize
// alone cannot.
func rootsOf(repository string) ([]string, error) {
	repo, err := source.Open(repository)
	if err != nil {
		return nil, err
	}
	set, err := manifest.Load(context.Background(), repo, manifest.Options{})
	if err != nil {
		return nil, err
	}
	var out []string
	for _, r := range set.Renders {
		dir := filepath.Join(repository, filepath.FromSlash(r.Dir))
		file, err := filepath.Glob(filepath.Join(dir, "[kK]ustomization*"))
		if err != nil {
			return nil, err
		}
		if r.Kustomize && len(file) > 0 {
			out = append(out, dir)
		}
	}
	return out, nil
}
