//go:build e2e

package e2e

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// part is a server that several tests share. It starts when the first asks for
// it and ends with the run. It listens on loopback or a socket file only.
type part struct {
	name string
	// start brings the server up below dir and returns its address.
	start func(p *part, dir string) (address string, err error)

	once    sync.Once
	address string
	err     error
	process *process
}

// need returns the address of the part.
func (p *part) need(t *testing.T) string {
	t.Helper()
	p.once.Do(func() {
		dir := filepath.Join(here.dir, p.name)
		if p.err = os.MkdirAll(dir, 0o755); p.err != nil {
			return
		}
		began := time.Now()
		p.address, p.err = p.start(p, dir)
		fmt.Fprintf(os.Stderr, "e2e: %s at %q after %s (error: %v)\n", p.name, p.address, time.Since(began).Round(time.Millisecond), p.err)
	})
	if p.err != nil {
		missing(t, "%s does not run: %v", p.name, p.err)
	}
	return p.address
}

// docker is the daemon: an address for DOCKER_HOST.
var docker = &part{name: "dockerd", start: startDocker}

// buildkit is the builder: an address for buildctl --addr.
var buildkit = &part{name: "buildkitd", start: startBuildKit}

// distribution is an empty registry without the referrers API: host:port.
var distribution = &part{name: "docker-registry", start: startDistribution}

func stopParts() {
	for _, p := range []*part{docker, buildkit, distribution} {
		if p.process != nil {
			p.process.stop()
		}
	}
	unmount(here.dir)
}

// unmount lets go of what dockerd leaves mounted (the network namespace of
// containers that use the machine's), so that the folder can be removed.
func unmount(dir string) {
	mounts, err := os.ReadFile("/proc/self/mounts")
	if err != nil {
		return // no such system, no such mounts
	}
	for line := range strings.Lines(string(mounts)) {
		if fields := strings.Fields(line); len(fields) > 1 && strings.HasPrefix(fields[1], dir+"/") {
			if err := syscall.Unmount(fields[1], syscall.MNT_DETACH); err != nil {
				fmt.Fprintln(os.Stderr, "e2e: unmount", fields[1], err)
			}
		}
	}
}

// process is a server that was started. Its number stands in NAME.pid, so that
// .ci/run can end it even if this test is killed.
type process struct {
	cmd  *exec.Cmd
	log  string
	pid  string
	done chan struct{}
}

// launch starts a server whose output goes to a file below dir.
func launch(dir, program string, args ...string) (*process, error) {
	path, err := exec.LookPath(program)
	if err != nil {
		return nil, err
	}
	p := &process{log: filepath.Join(dir, "log"), pid: filepath.Join(here.dir, program+".pid"), done: make(chan struct{})}
	out, err := os.Create(p.log)
	if err != nil {
		return nil, err
	}
	defer out.Close()
	p.cmd = exec.Command(path, args...)
	p.cmd.Dir, p.cmd.Stdout, p.cmd.Stderr = dir, out, out
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		_ = p.cmd.Wait() // why it ended is in its log
		close(p.done)
	}()
	return p, os.WriteFile(p.pid, []byte(strconv.Itoa(p.cmd.Process.Pid)), 0o644)
}

// ready waits until a connection succeeds, and returns the end of the log where
// none does.
func (p *process) ready(network, address string) error {
	for range 300 {
		c, err := net.Dial(network, address)
		if err == nil {
			return c.Close()
		}
		select {
		case <-p.done:
			return errors.New("it ended: " + p.tail())
		case <-time.After(100 * time.Millisecond):
		}
	}
	p.stop()
	return errors.New("it does not answer: " + p.tail())
}

func (p *process) tail() string {
	text, err := os.ReadFile(p.log)
	if err != nil {
		return err.Error()
	}
	return string(text[max(0, len(text)-800):])
}

// stop asks the server to end and makes it after a while.
func (p *process) stop() {
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // it may be gone already
	select {
	case <-p.done:
	case <-time.After(20 * time.Second):
		_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
		<-p.done
	}
	_ = os.Remove(p.pid)
}
