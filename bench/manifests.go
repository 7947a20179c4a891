package main

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// The goals for manifests.
const (
	maxScoreRatio = 0.5
	maxPeak       = 100 << 20 // bytes
	maxCRDRatio   = 1.0 / 3
	crdBytes      = 2 << 20
)

// manifestFigures measures generated manifests: a large set of plain ones with
// all rules, beside kube-score where it is there, and an installation that is
// mostly schemas, beside kustomize.
func manifestFigures(dir, binary string, o options) ([]figure, error) {
	plain, install := filepath.Join(dir, "plain"), filepath.Join(dir, "install")
	if err := writeAll(plain, shop()); err != nil {
		return nil, err
	}
	if err := writeAll(install, operator(crdBytes)); err != nil {
		return nil, err
	}
	out, err := scoreFigures(plain, binary, o)
	if err != nil {
		return nil, err
	}
	if !found(o.kustomize, "CRD-heavy install") {
		return out, nil
	}
	cost, err := medians(o.runs, []run{{[]string{binary, "check", "--quiet", "--offline", install}, 1}, {[]string{o.kustomize, "build", install}, 0}})
	if err != nil {
		return nil, err
	}
	return append(out, figure{"CRD-heavy install", float64(cost[0].cpu) / float64(cost[1].cpu), maxCRDRatio, "times",
		fmt.Sprintf("%.0f ms CPU against %.0f ms of kustomize build, %d MiB of schemas, medians of %d", ms(cost[0].cpu), ms(cost[1].cpu), crdBytes>>20, o.runs)}), nil
}

func scoreFigures(plain, binary string, o options) ([]figure, error) {
	runs := []run{{[]string{binary, "check", "--quiet", "--offline", "--rules", "all", plain}, 1}}
	name := fmt.Sprintf("%d objects", teams*teamApps*appObjects)
	score := found(o.kubeScore, name+" against kube-score")
	if score {
		files, err := yamlFiles(plain)
		if err != nil {
			return nil, err
		}
		runs = append(runs, run{append([]string{o.kubeScore, "score"}, files...), 1})
	}
	cost, err := medians(o.runs, runs)
	if err != nil {
		return nil, err
	}
	detail := fmt.Sprintf("all rules, %.0f ms CPU", ms(cost[0].cpu))
	out := []figure{{name + ", memory", mib(cost[0].peak), mib(maxPeak), "MiB", "peak, " + detail}}
	if score {
		detail += fmt.Sprintf(" against %.0f ms of kube-score, whose peak is %.0f MiB; medians of %d", ms(cost[1].cpu), mib(cost[1].peak), o.runs)
		out = append(out, figure{name, float64(cost[0].cpu) / float64(cost[1].cpu), maxScoreRatio, "times", detail})
	}
	return out, nil
}

// found reports whether a program is there, and says what is not measured where
// it is not.
func found(program, what string) bool {
	_, err := exec.LookPath(program)
	if err != nil {
		fmt.Printf("%s: not measured: %v\n", what, err)
	}
	return err == nil
}

func yamlFiles(root string) ([]string, error) {
	var out []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".yaml") {
			out = append(out, path)
		}
		return err
	})
	return out, err
}

// writeAll writes files, given by their paths with slashes, below a folder.
func writeAll(dir string, files map[string]string) error {
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func mib(bytes int64) float64 { return float64(bytes) / (1 << 20) }
