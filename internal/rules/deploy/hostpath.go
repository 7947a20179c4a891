package deploy

import (
	"path"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

// hostPathKind is what a hostPath volume gives away. Each kind has its rule.
type hostPathKind int

const (
	ordinaryPath hostPathKind = iota
	sensitivePath
	runtimeSocket
)

// hostPaths makes the check of one kind of hostPath volume.
func hostPaths(kind hostPathKind, judge func(v hostVolume) rule.Finding) rule.Check {
	return podSecurity("hostPathVolumes", func(w *manifest.Workload, r manifest.PodSecurityResult) (rule.Finding, bool) {
		v := newHostVolume(w, r)
		if v.kind() != kind {
			return rule.Finding{}, false
		}
		f := judge(v)
		f.Key = "spec.volumes." + v.name + ".hostPath"
		if controlPlaneFolder(v.path) {
			easeControlPlane(w.Object, &f)
		}
		return f, true
	})
}

// hostVolume is one hostPath volume of a workload.
type hostVolume struct {
	result manifest.PodSecurityResult
	// at is the path, or the hostPath that lacks one.
	at         manifest.Field
	name, path string
	// writable is false where every container mounts it read-only.
	writable bool
	// mounted is true where some container mounts it.
	mounted bool
}

func newHostVolume(w *manifest.Workload, r manifest.PodSecurityResult) hostVolume {
	v := hostVolume{result: r, at: r.Field}
	if p := r.Field.Get("path"); p.Exists() {
		v.at, v.path = p, path.Clean(p.String())
	}
	for _, vol := range w.PodSpec.Get("volumes").Items() {
		if vol.Get("hostPath").Path() == r.Field.Path() {
			v.name = vol.Get("name").String()
		}
	}
	for _, c := range w.Containers {
		for _, m := range c.Field.Get("volumeMounts").Items() {
			if m.Get("name").String() == v.name {
				v.mounted = true
				v.writable = v.writable || !isTrue(m.Get("readOnly"))
			}
		}
	}
	return v
}

func (v hostVolume) kind() hostPathKind {
	if base := path.Base(v.path); slices.Contains(socketNames[:], base) || slices.Contains(socketFolders[:], v.path) {
		return runtimeSocket
	}
	if v.secretBearing() || slices.Contains(systemFolders[:], v.path) || below(v.path, "/proc") || below(v.path, "/sys") || below(v.path, "/etc") {
		return sensitivePath
	}
	return ordinaryPath
}

// secretBearing reports whether reading the path is enough to take the node over.
func (v hostVolume) secretBearing() bool {
	return v.path == "/" || v.path == "/etc" || slices.ContainsFunc(secretFolders[:], func(dir string) bool { return below(v.path, dir) })
}

func below(p, dir string) bool { return p == dir || strings.HasPrefix(p, dir+"/") }

var (
	socketNames = [...]string{"docker.sock", "containerd.sock", "crio.sock", "cri-dockerd.sock", "dockershim.sock", "podman.sock",
		"buildkitd.sock", "containerd.sock.ttrpc"}
	socketFolders = [...]string{"/run", "/var/run", "/run/containerd", "/var/run/containerd", "/run/crio", "/var/run/crio",
		"/run/docker", "/var/run/docker", "/run/k3s/containerd", "/run/podman", "/var/run/podman"}
	secretFolders = [...]string{"/etc/kubernetes", "/etc/shadow", "/etc/ssh", "/root", "/var/lib/kubelet", "/var/lib/etcd",
		"/var/lib/rancher"}
	systemFolders = [...]string{"/bin", "/boot", "/dev", "/home", "/lib", "/lib64", "/opt", "/sbin", "/usr", "/var", "/var/lib",
		"/var/lib/docker", "/var/lib/containerd", "/var/lib/containers"}
)

// auditedPaths are those that kubeaudit calls sensitive.
var auditedPaths = [...]string{"/", "/etc", "/etc/kubernetes", "/etc/kubernetes/manifests", "/home/admin", "/proc", "/root",
	"/run/containerd/containerd.sock", "/var/lib/kubelet", "/var/lib/kubelet/pki", "/var/run/crio/crio.sock", "/var/run/docker.sock"}

// audited reports whether kubeaudit finds the mount.
func (v hostVolume) audited() bool { return v.mounted && slices.Contains(auditedPaths[:], v.path) }
