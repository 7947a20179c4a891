package main

import (
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// The goals for Dockerfiles.
const (
	maxLintRatio = 2
	maxOneFile   = 15 * time.Millisecond
	manyFiles    = 1000
)

//go:embed buildkit.go.txt
var buildkitProgram string

// dockerfileFigures measures what Dockerfiles cost: a thousand of them with all
// rules against BuildKit's parser and checks alone, and a single one above the
// start of the program.
func dockerfileFigures(dir, binary string, o options) ([]figure, error) {
	texts, err := findDockerfiles(o.dockerfiles)
	if err != nil {
		return nil, err
	}
	many, one := filepath.Join(dir, "many"), filepath.Join(dir, "one")
	if err := spread(many, texts, manyFiles); err != nil {
		return nil, err
	}
	if err := spread(one, texts[:1], 1); err != nil {
		return nil, err
	}
	peer := filepath.Join(dir, "buildkit")
	if err := buildForeign(dir, peer, "buildkit", buildkitProgram); err != nil {
		return nil, err
	}
	check := []string{binary, "check", "--quiet", "--offline", "--rules", "all"}
	cost, err := medians(o.runs, []run{{append(check, many), 1}, {[]string{peer, many}, 0}, {append(check, one), 1}, {[]string{binary, "--version"}, 0}})
	if err != nil {
		return nil, err
	}
	return []figure{
		{fmt.Sprintf("%d Dockerfiles", manyFiles), float64(cost[0].cpu) / float64(cost[1].cpu), maxLintRatio, "times",
			fmt.Sprintf("all rules, %.0f ms CPU against %.0f ms of BuildKit's parser and checks alone, %d different files, medians of %d", ms(cost[0].cpu), ms(cost[1].cpu), len(texts), o.runs)},
		{"one Dockerfile", ms(cost[2].cpu - cost[3].cpu), ms(maxOneFile), "ms CPU", fmt.Sprintf("above the start of the program, %d bytes, medians of %d", len(texts[0]), o.runs)},
	}, nil
}

// findDockerfiles returns the text of every Dockerfile below a folder.
func findDockerfiles(root string) ([][]byte, error) {
	var out [][]byte
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.Contains(strings.ToLower(d.Name()), "dockerfile") || strings.HasSuffix(d.Name(), "ignore") {
			return err
		}
		text, err := os.ReadFile(path)
		out = append(out, text)
		return err
	})
	if err == nil && len(out) == 0 {
		err = errors.New("no Dockerfile below " + root)
	}
	return out, err
}

// spread writes n Dockerfiles, each into a folder of its own, the texts in turn.
func spread(dir string, texts [][]byte, n int) error {
	for i := range n {
		folder := filepath.Join(dir, fmt.Sprintf("%04d", i))
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(folder, "Dockerfile"), texts[i%len(texts)], 0o644); err != nil {
			return err
		}
	}
	return nil
}
