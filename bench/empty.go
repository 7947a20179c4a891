package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

const module = "github.com/tidewaiter/tidewaiter"

// build compiles a package as it is released. The overlay file may be "".
func build(out, overlay, pkg string) error {
	cmd := exec.CommandContext(context.Background(), "go", "build", "-trimpath", "-ldflags=-s -w", "-overlay="+overlay, "-o", out, pkg)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if text, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go build %s: %w\n%s", pkg, err, text)
	}
	return nil
}

// buildEmpty compiles a program that does nothing but links the packages of
// others that tidewaiter links, and returns their number. Its one file stands in
// dir; to the compiler it lies in this module, whose versions it so shares.
func buildEmpty(dir, out string) (int, error) {
	packages, err := foreignPackages()
	if err != nil {
		return 0, err
	}
	var b strings.Builder
	b.WriteString("package main\n\nimport (\n")
	for _, p := range packages {
		fmt.Fprintf(&b, "\t_ %q\n", p)
	}
	b.WriteString(")\n\nfunc main() {}\n")
	file := filepath.Join(dir, "empty.go")
	if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
		return 0, err
	}
	root, err := goOutput("list", "-m", "-f", "{{.Dir}}", module)
	if err != nil {
		return 0, err
	}
	place := filepath.Join(strings.TrimSpace(root), "bench", "empty", "main.go")
	overlay, err := json.Marshal(map[string]map[string]string{"Replace": {place: file}})
	if err != nil {
		return 0, err
	}
	overlayFile := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(overlayFile, overlay, 0o644); err != nil {
		return 0, err
	}
	return len(packages), build(out, overlayFile, module+"/bench/empty")
}

// foreignPackages are those of other modules that tidewaiter links, save those
// that only their own module may import: they come with the others.
func foreignPackages() ([]string, error) {
	text, err := goOutput("list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", module+"/cmd/tidewaiter")
	if err != nil {
		return nil, err
	}
	var out []string
	for p := range strings.FieldsSeq(text) {
		own := p == module || strings.HasPrefix(p, module+"/")
		if !own && !strings.Contains("/"+p+"/", "/internal/") {
			out = append(out, p)
		}
	}
	if len(out) == 0 {
		return nil, errors.New("go list names no package of others")
	}
	return out, nil
}

func goOutput(args ...string) (string, error) {
	cmd := exec.CommandContext(context.Background(), "go", args...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("go %s: %w", strings.Join(args, " "), err)
	}
	return string(out), nil
}
