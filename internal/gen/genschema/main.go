// Command genschema writes internal/manifest/schema/kubernetes.txt: what the
// types of the Kubernetes API look like in the releases below, merged into one
// text that a person can review.
//
// It reads the Go sources that the API server is built from, in the module cache
// (see -modules), parses them and runs nothing of them. A module that is missing
// is named together with the command that fetches it. To renew the text for a
// new release, add a line to releases and run
//
//	go run ./internal/gen/genschema
package main

import (
	"flag"
	"fmt"
	"go/build"
	"os"
	"path/filepath"
	"strings"
)

// release is one minor version 1.Minor of Kubernetes and the patch versions
// 0.Minor.x of the modules that it is read from.
type release struct {
	minor int
	// patch is that of k8s.io/api, k8s.io/apimachinery, k8s.io/apiextensions-apiserver
	// and k8s.io/kube-aggregator; aggregator differs where that one has no such tag.
	patch, aggregator int
}

// releases are the versions of Kubernetes that are known, oldest first.
func releases() []release {
	return []release{
		{29, 15, 15}, {30, 14, 14}, {31, 14, 14}, {32, 3, 3}, {33, 8, 7}, {34, 4, 4}, {35, 6, 6}, {36, 4, 4}, {37, 2, 2},
	}
}

// modules are what a release is read from, with the folders of their API types.
func modules() map[string][]string {
	return map[string][]string{
		"k8s.io/api":                     {"*/v*"},
		"k8s.io/apimachinery":            {"pkg/apis/meta/v1"},
		"k8s.io/apiextensions-apiserver": {"pkg/apis/apiextensions/v*"},
		"k8s.io/kube-aggregator":         {"pkg/apis/apiregistration/v*"},
	}
}

func main() {
	cache := flag.String("modules", filepath.Join(build.Default.GOPATH, "pkg", "mod"), "the module cache")
	out := flag.String("out", filepath.Join("internal", "manifest", "schema", "kubernetes.txt"), "the file to write")
	flag.Parse()
	if err := run(*cache, *out); err != nil {
		fmt.Fprintln(os.Stderr, "genschema:", err)
		os.Exit(1)
	}
}

func run(cache, out string) error {
	m := newMerger()
	for _, r := range releases() {
		src, err := load(cache, r)
		if err != nil {
			return err
		}
		if err := m.add(r.minor, src); err != nil {
			return fmt.Errorf("release 1.%d: %w", r.minor, err)
		}
	}
	return os.WriteFile(out, []byte(m.text()), 0o644)
}

// load parses the API packages of one release.
func load(cache string, r release) (*sources, error) {
	src := &sources{packages: map[string]*pkg{}}
	for module, folders := range modules() {
		patch := r.patch
		if strings.HasSuffix(module, "aggregator") {
			patch = r.aggregator
		}
		version := fmt.Sprintf("%s@v0.%d.%d", module, r.minor, patch)
		root := filepath.Join(cache, filepath.FromSlash(version))
		if _, err := os.Stat(root); err != nil {
			return nil, fmt.Errorf("%s is not in the module cache; fetch it with: go mod download %s", version, version)
		}
		for _, folder := range folders {
			dirs, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(folder)))
			if err != nil {
				return nil, err
			}
			for _, dir := range dirs {
				rel, err := filepath.Rel(root, dir)
				if err != nil {
					return nil, err
				}
				if err := src.parse(module+"/"+filepath.ToSlash(rel), dir); err != nil {
					return nil, err
				}
			}
		}
	}
	return src, nil
}
