//go:build e2e

package e2e

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
)

var errNotRoot = errors.New("it needs to be started by root")

// startDocker starts a daemon of its own, whatever else runs on the machine.
// overlay2 needs a file system that can be an upper layer; vfs needs nothing.
func startDocker(p *part, dir string) (string, error) {
	if os.Geteuid() != 0 {
		return "", errNotRoot
	}
	socket := filepath.Join(dir, "docker.sock")
	var err error
	for _, driver := range []string{"overlay2", "vfs"} {
		if err = p.launchDocker(dir, socket, driver); err == nil {
			return "unix://" + socket, nil
		}
		fmt.Fprintf(os.Stderr, "e2e: dockerd with %s: %v\n", driver, err)
	}
	return "", err
}

func (p *part) launchDocker(dir, socket, driver string) (err error) {
	config := filepath.Join(dir, "daemon.json") // not the machine's
	if err := os.WriteFile(config, []byte(`{"experimental": true}`), 0o644); err != nil {
		return err
	}
	p.process, err = launch(dir, "dockerd", "--host=unix://"+socket, "--storage-driver="+driver,
		"--data-root="+filepath.Join(dir, "data"), "--exec-root="+filepath.Join(dir, "exec"),
		"--pidfile="+filepath.Join(dir, "docker.pid"), "--config-file="+config)
	if err != nil {
		return err
	}
	return p.process.ready("unix", socket)
}

// startBuildKit starts a builder with Debian's runc.
func startBuildKit(p *part, dir string) (string, error) {
	if os.Geteuid() != 0 {
		return "", errNotRoot
	}
	socket := filepath.Join(dir, "buildkitd.sock")
	var err error
	for _, snapshotter := range []string{"overlayfs", "native"} {
		if err = p.launchBuildKit(dir, socket, snapshotter); err == nil {
			return "unix://" + socket, nil
		}
		fmt.Fprintf(os.Stderr, "e2e: buildkitd with %s: %v\n", snapshotter, err)
	}
	return "", err
}

func (p *part) launchBuildKit(dir, socket, snapshotter string) (err error) {
	config := filepath.Join(dir, "buildkitd.toml") // not the machine's
	if err := os.WriteFile(config, nil, 0o644); err != nil {
		return err
	}
	p.process, err = launch(dir, "buildkitd", "--addr=unix://"+socket, "--root="+filepath.Join(dir, "root"),
		"--config="+config, "--containerd-worker=false", "--oci-worker=true",
		"--oci-worker-snapshotter="+snapshotter, "--oci-worker-net=host")
	if err != nil {
		return err
	}
	return p.process.ready("unix", socket)
}

const distributionConfig = `version: 0.1
log: {level: warn}
storage:
  filesystem: {rootdirectory: %q}
  delete: {enabled: true}
http: {addr: %q}
`

// startDistribution starts Debian's docker-registry (distribution 2.8), which
// has no referrers API.
func startDistribution(p *part, dir string) (string, error) {
	address, err := freeAddress()
	if err != nil {
		return "", err
	}
	config := filepath.Join(dir, "config.yml")
	text := fmt.Sprintf(distributionConfig, filepath.Join(dir, "data"), address)
	if err := os.WriteFile(config, []byte(text), 0o644); err != nil {
		return "", err
	}
	if p.process, err = launch(dir, "docker-registry", "serve", config); err != nil {
		return "", err
	}
	return address, p.process.ready("tcp", address)
}

// freeAddress returns a loopback address that nothing listens on.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}
