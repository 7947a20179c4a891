package cli

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/gate"
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/sign"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// deployedImages are the images that the kustomization or the plain manifests in a
// folder would run, sorted, each once. What could not be rendered is an error: an
// image that was not seen was not verified.
func deployedImages(ctx context.Context, path string) ([]string, error) {
	render, repo, problems, err := renderOf(ctx, path)
	if err != nil {
		return nil, err
	}
	defer repo.Close()
	if len(problems) > 0 {
		return nil, fmt.Errorf("--deploy %s: not all of it can be rendered, so not all images are known: %s", path, strings.Join(problems, "; "))
	}
	var out []string
	for _, w := range slices.Concat(render.Workloads(), render.Steps()) {
		for _, c := range w.Containers {
			if c.Image.Text == "" {
				return nil, fmt.Errorf("--deploy %s: %s: container %q names no image", path, w.Object.Name, c.Name)
			}
			out = append(out, c.Image.Text)
		}
	}
	slices.Sort(out)
	if out = slices.Compact(out); len(out) == 0 {
		return nil, &gate.UsageError{Reason: fmt.Sprintf("--deploy %s: nothing in it runs an image", path)}
	}
	return out, nil
}

// renderOf renders the folder within the working directory, whose bases it may use,
// or within itself where it lies elsewhere.
func renderOf(ctx context.Context, path string) (*manifest.Render, *source.Repo, []string, error) {
	root, dir := ".", filepath.ToSlash(filepath.Clean(path))
	if !filepath.IsLocal(path) {
		root, dir = path, "."
	}
	repo, err := source.Open(root)
	if err != nil {
		return nil, nil, nil, &gate.UsageError{Reason: fmt.Sprintf("--deploy %s: not a folder that can be read: %v", path, err)}
	}
	set, err := manifest.Load(ctx, repo, manifest.Options{})
	if err != nil {
		repo.Close()
		return nil, nil, nil, err
	}
	var problems []string
	for _, n := range set.NotAnalysed {
		if within(dir, n.Path) {
			problems = append(problems, n.Path+": "+n.Reason)
		}
	}
	for _, r := range set.Renders {
		if r.Dir == dir && r.Rendered == "" {
			if r.Partial && len(problems) == 0 {
				problems = append(problems, "parts of it could not be read")
			}
			return r, repo, problems, nil
		}
	}
	repo.Close()
	if len(problems) > 0 {
		return nil, nil, nil, fmt.Errorf("--deploy %s: it cannot be rendered: %s", path, strings.Join(problems, "; "))
	}
	return nil, nil, nil, &gate.UsageError{Reason: fmt.Sprintf("--deploy %s: no kustomization and no manifests in that folder", path)}
}

func within(dir, path string) bool {
	return dir == "." || path == dir || strings.HasPrefix(path, dir+"/")
}

// verifyAll verifies each image, and says of all of them what is wrong. A refusal
// decides, whatever could not be asked.
func verifyAll(ctx context.Context, env Env, images []string, trust sign.Trust, demands sign.Demands) error {
	var wrong []error
	reg := env.registry()
	for _, ref := range images {
		result, err := sign.Verify(ctx, reg, ref, trust, demands)
		if err != nil {
			wrong = append(wrong, err)
			continue
		}
		fmt.Fprintln(env.Stdout, result.Reference)
	}
	return errors.Join(wrong...)
}
