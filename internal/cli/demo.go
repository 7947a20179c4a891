package cli

import (
	"context"
	_ "embed"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/spf13/cobra"
	"github.com/tidewaiter/tidewaiter/internal/image/imagetest"
	"github.com/tidewaiter/tidewaiter/internal/registry/embedded"
	"github.com/tidewaiter/tidewaiter/internal/report"
	"github.com/tidewaiter/tidewaiter/internal/sign"
)

//go:embed demo.txtar
var demoProject []byte

const demoLong = `demo writes a small project (two Dockerfiles, a kustomize base with a dev and a
prod overlay) to DIR, assembles its images as OCI layouts, starts a registry on
loopback, and runs the ordinary check --push --sign: once on a version that is
blocked, once on the repaired one, which is pushed, signed and verified.

It prints each command it runs. Only the registry and the key are the demo's own;
nothing leaves this machine. DIR must be empty or not exist; the default is a new
folder for temporary files.`

// demoPassword encrypts the demo's key.
const demoPassword = "demo"

func newDemo(env Env) *cobra.Command {
	return &cobra.Command{
		Use: "demo [DIR]", Short: "Run the whole job on a small project, without network", Long: demoLong,
		Args: arguments(cobra.MaximumNArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			dir, err := demoDir(args)
			if err != nil {
				return err
			}
			env.Public = nil // nothing leaves this machine
			d := &demo{env: env, dir: dir}
			stop, err := d.prepare()
			if err != nil {
				return fmt.Errorf("demo: %w", err)
			}
			defer stop()
			return d.run(c.Context())
		},
	}
}

// demoDir makes the folder, and refuses one that holds anything.
func demoDir(args []string) (string, error) {
	if len(args) == 0 {
		return os.MkdirTemp("", "tidewaiter-demo-")
	}
	if err := os.MkdirAll(args[0], 0o755); err != nil {
		return "", err
	}
	entries, err := os.ReadDir(args[0])
	if err != nil {
		return "", err
	}
	if len(entries) > 0 {
		return "", &flagError{fmt.Errorf("demo: %s is not empty; name a new folder", args[0])}
	}
	return args[0], nil
}

type demo struct {
	env Env
	dir string
	// host is the registry's address.
	host    string
	archive *txtar.Archive
	images  demoImages
}

// prepare writes everything the demo needs and starts the registry.
func (d *demo) prepare() (stop func(), err error) {
	d.archive = txtar.Parse(demoProject)
	program, err := d.env.program()
	if err != nil {
		return nil, err
	}
	d.images = newDemoImages(program, d.env.Now())
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	d.host = listener.Addr().String()
	server := &http.Server{Handler: embedded.Handler(true)}
	go func() { _ = server.Serve(listener) }() // it ends when the server is closed
	stop = func() { server.Close() }
	if err := d.writeInputs(); err != nil {
		stop()
		return nil, err
	}
	return stop, nil
}

// program is this program's own file.
func (e Env) program() ([]byte, error) {
	path, err := e.Executable()
	if err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}

func (d *demo) writeInputs() error {
	private, public, err := sign.GenerateKey([]byte(demoPassword))
	if err != nil {
		return err
	}
	if err := os.WriteFile(d.path("cosign.key"), private, 0o600); err != nil {
		return err
	}
	if err := os.WriteFile(d.path("cosign.pub"), public, 0o644); err != nil {
		return err
	}
	for name, spec := range map[string]imagetest.Spec{"web-1.0": d.images.oldWeb, "web-1.1": d.images.web, "worker-1.0": d.images.worker} {
		if err := spec.WriteLayout(d.path("images", name)); err != nil {
			return err
		}
	}
	if err := d.unpack("advisories/", "advisories"); err != nil {
		return err
	}
	return d.unpack("1/", "project")
}

// unpack writes the files below a prefix of the archive into a folder.
func (d *demo) unpack(prefix, into string) error {
	fill := strings.NewReplacer("OLDBASE", d.images.oldBase.Content().Resolved.Digest, "BASE", d.images.base.Content().Resolved.Digest, "REGISTRY", d.host)
	for _, f := range d.archive.Files {
		name, ok := strings.CutPrefix(f.Name, prefix)
		if !ok {
			continue
		}
		path := d.path(into, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(fill.Replace(string(f.Data))), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func (d *demo) path(elem ...string) string { return filepath.Join(append([]string{d.dir}, elem...)...) }

// run tells the story. A step that ends otherwise than it should is an error.
func (d *demo) run(ctx context.Context) error {
	d.say("The project, its images and its key are in %s, the registry is %s. Nothing leaves this machine.", d.dir, d.host)
	d.say("1. As it was written: the verdict is blocked, so nothing is pushed and nothing is signed.")
	if err := d.step(ctx, ExitBlocked, d.check("web", "1.0")...); err != nil {
		return err
	}
	held, err := d.tags(ctx, "web")
	if err != nil {
		return err
	}
	if held {
		return fmt.Errorf("demo: the registry holds harbour/web although the verdict was blocked")
	}
	d.say("The registry was asked: it holds no harbour/web.")

	d.say("2. Repaired: another base, no script from the network, a numeric user, no privileges.")
	if err := d.unpack("2/", "project"); err != nil {
		return err
	}
	for _, img := range [...][2]string{{"web", "1.1"}, {"worker", "1.0"}} {
		if err := d.step(ctx, ExitPass, d.check(img[0], img[1])...); err != nil {
			return err
		}
	}
	d.say("3. Whoever deploys it verifies it, and gets the digest to deploy.")
	for _, img := range []string{"web", "worker"} {
		if err := d.step(ctx, ExitPass, "verify", d.name(img), "--key", d.path("cosign.pub")); err != nil {
			return err
		}
	}
	d.say("Now your own:  tidewaiter check PATH   (and then --image, --push, --sign as above)")
	return nil
}

func (d *demo) name(image string) string { return d.host + "/harbour/" + image + ":1.0" }

func (d *demo) check(image, version string) []string {
	return []string{"check", d.path("project"), "--image", "oci:" + d.path("images", image+"-"+version) + ",dockerfile=" + image + "/Dockerfile",
		"--push", d.name(image), "--sign", "--key", d.path("cosign.key"), "--advisories", d.path("advisories")}
}

// step prints a command, runs it as the shell would, and checks how it ended.
func (d *demo) step(ctx context.Context, want int, args ...string) error {
	prefix := ""
	if args[0] == "check" {
		prefix = sign.PasswordVariable + "=" + demoPassword + " "
	}
	fmt.Fprintf(d.env.Stdout, "\n$ %stidewaiter %s\n", prefix, strings.Join(args, " "))
	env := d.env
	env.Args = args
	env.Getenv = func(name string) string {
		if name == sign.PasswordVariable {
			return demoPassword
		}
		if strings.HasPrefix(name, "TIDEWAITER_") {
			return "" // the demo runs what it prints
		}
		return d.env.Getenv(name)
	}
	got := Main(ctx, env)
	fmt.Fprintf(d.env.Stdout, "exit %d\n", got)
	if got != want {
		return fmt.Errorf("demo: exit %d where %d was expected; please report this", got, want)
	}
	return nil
}

// tags reports whether the registry holds anything of an image.
func (d *demo) tags(ctx context.Context, image string) (bool, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+d.host+"/v2/harbour/"+image+"/tags/list", nil)
	if err != nil {
		return false, err
	}
	resp, err := d.env.Transport.RoundTrip(req)
	if err != nil {
		return false, err
	}
	defer resp.Body.Close()
	return resp.StatusCode != http.StatusNotFound, nil
}

func (d *demo) say(format string, args ...any) {
	fmt.Fprintf(d.env.Stdout, "\n%s\n", report.Message(fmt.Sprintf(format, args...)))
}
