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
// others that tidewaiter links, and returns their number.
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
	return len(packages), buildForeign(dir, out, "empty", b.String())
}

// buildForeign compiles a program of one file. The file stands in dir; to the
// compiler it lies in this module, whose versions of the libraries it so shares.
func buildForeign(dir, out, name, text string) error {
	file := filepath.Join(dir, name+".go")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		return err
	}
	root, err := goOutput("list", "-m", "-f", "{{.Dir}}", module)
	if err != nil {
		return err
	}
	place := filepath.Join(strings.TrimSpace(root), "bench", name, "main.go")
	overlay, err := json.Marshal(map[string]map[string]string{"Replace": {place: file}})
	if err != nil {
		return err
	}
	overlayFile := filepath.Join(dir, name+".overlay.json")
	if err := os.WriteFile(overlayFile, overlay, 0o644); err != nil {
		return err
	}
	return build(out, overlayFile, module+"/bench/"+name)
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
