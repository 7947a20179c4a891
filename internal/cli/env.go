package cli

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"github.com/tidewaiter/tidewaiter/internal/gate"
	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/image/layerstore"
	"github.com/tidewaiter/tidewaiter/internal/product"
	"github.com/tidewaiter/tidewaiter/internal/registry"
	"github.com/tidewaiter/tidewaiter/internal/report"
)

// Env is the process as the command line sees it; tests make their own.
type Env struct {
	Args           []string
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Getenv         func(string) string
	Environ        func() []string
	Now            func() time.Time
	Transport      http.RoundTripper
	// Public asks public registries for base images, nil for never.
	Public  http.RoundTripper
	Version string
	// Terminal is true where standard output is one.
	Terminal bool
	// ErrorTerminal is true where standard error is one.
	ErrorTerminal bool
	// Logins are used before those of the Docker config, by registry host.
	Logins map[string]registry.Login
	// Executable is this program's own file, which the demo lays into its images.
	Executable func() (string, error)
}

// System returns the real process.
func System() Env {
	return Env{
		Args: os.Args[1:], Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Getenv: os.Getenv, Environ: os.Environ,
		Now: time.Now, Transport: http.DefaultTransport, Public: http.DefaultTransport, Version: version(), Terminal: isTerminal(os.Stdout), ErrorTerminal: isTerminal(os.Stderr), Executable: os.Executable,
	}
}

func isTerminal(f *os.File) bool {
	st, err := f.Stat()
	return err == nil && st.Mode()&os.ModeCharDevice != 0
}

// version is that of the module the program was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" || info.Main.Version == "(devel)" {
		return "0.1.0-dev"
	}
	return info.Main.Version
}

// color reports whether to colour: on a terminal, unless NO_COLOR is set
// (https://no-color.org).
func (e Env) color() bool { return e.Terminal && e.Getenv("NO_COLOR") == "" }

// registry returns a client with the user's Docker logins.
func (e Env) registry() *registry.Client {
	return registry.New(registry.Options{Transport: e.Transport, DockerConfig: e.dockerConfig(), Logins: e.Logins, DaemonHost: e.Getenv("DOCKER_HOST"), Now: e.Now,
		UserAgent: product.Name + "/" + e.Version})
}

// dockerConfig is the folder of Docker's config.json, "" where there is no home.
func (e Env) dockerConfig() string {
	dir := e.Getenv("DOCKER_CONFIG")
	if home := e.Getenv("HOME"); dir == "" && home != "" {
		dir = filepath.Join(home, ".docker")
	}
	return dir
}

// gate returns what a run takes from the process.
func (e Env) gate(o checkOptions) gate.Env {
	step, transfer := newProgress(e, o)
	return gate.Env{Now: e.Now, Registry: e.registry(), Transport: e.Transport, Public: e.Public, DockerConfig: e.dockerConfig(), CacheDir: e.cacheDir(), Version: e.Version, SBOM: e.sbom,
		Progress: step, Transfer: transfer, Notice: e.notice(o.quiet), Scope: layerstore.ScopeOf(e.Getenv)}
}

func (e Env) sbom(format string, p *image.Platform) ([]byte, error) {
	var b bytes.Buffer
	err := report.WriteSBOM(&b, format, p, report.SBOMOptions{Version: e.Version})
	return b.Bytes(), err
}
