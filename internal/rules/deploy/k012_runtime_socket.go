package deploy

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var runtimeSocketMount = rule.Rule{
	ID:       "TW-K012",
	Name:     "container-runtime-socket",
	Title:    "Pod mounts the socket of the node's container runtime",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "The socket of Docker, containerd or CRI-O starts privileged containers for anyone who can open it, past every admission check. Mounting it read-only changes nothing: a socket is not written to as a file is.",
	Fix:      "Build images with a daemonless builder, read container facts from the kubelet's API, and take the mount out.",
	Refs: refs(podSecurityStandards, "baseline/hostPathVolumes", podSecurityStandards, "restricted/restrictedVolumes", cis, "5.2.12",
		nist, "4.5.5", practice, "M53", practice, "M57"),
	Aliases: []string{"trivy:KSV-0023", "kubescape:C-0048", "polaris:hostPathSet", "kubescape:C-0074", "kube-linter:docker-sock", "trivy:KSV-0006",
		"checkov:CKV_K8S_27", "kubesec:DockerSock", "kubeaudit:mounts"},
	Bad: []string{`
-- builder.yaml --
apiVersion: v1
kind: Pod
metadata: {name: builder}
spec:
  containers:
  - name: builder
    image: example.com/builder:1
    volumeMounts:
    - {name: docker, mountPath: /var/run/docker.sock, readOnly: true}
  volumes:
  - name: docker
    hostPath:
      path: /var/run/docker.sock
#           ^^^^^^^^^^^^^^^^^^^^ volume docker mounts /var/run/docker.sock, where the node's container runtime listens
      type: Socket
  - name: run
    hostPath: {path: /run/containerd/}
#                    ^^^^^^^^^^^^^^^^ volume run mounts /run/containerd, where the node's container runtime listens
`},
	Good: []string{`
-- builder.yaml --
apiVersion: v1
kind: Pod
metadata: {name: builder}
spec:
  containers:
  - {name: builder, image: example.com/builder:1}
  volumes:
  - {name: own, emptyDir: {}}
  - {name: data, hostPath: {path: /srv/data}}
`},
	Check: hostPaths(runtimeSocket, func(v hostVolume) rule.Finding {
		f := finding(v.at, nil, "volume %s mounts %s, where the node's container runtime listens", v.name, v.path)
		f.Aliases = aliases("trivy:KSV-0023", "kubescape:C-0048", "polaris:hostPathSet").
			when(v.audited(), "kubeaudit:mounts").when(v.path == "/var/run/docker.sock", "kubesec:DockerSock")
		if strings.HasSuffix(v.path, ".sock") {
			f.Aliases = append(f.Aliases, "kubescape:C-0074")
		}
		if strings.HasSuffix(v.path, "docker.sock") {
			f.Aliases = append(f.Aliases, "trivy:KSV-0006", "checkov:CKV_K8S_27")
			if v.mounted {
				f.Aliases = append(f.Aliases, "kube-linter:docker-sock")
			}
		}
		f.Fix = &rule.Fix{Title: "take the mount out: the socket is root on the node"}
		return f
	}),
}
