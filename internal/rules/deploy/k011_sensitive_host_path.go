package deploy

import "github.com/tidewaiter/tidewaiter/internal/rule"

var sensitiveHostPath = rule.Rule{
	ID:       "TW-K011",
	Name:     "sensitive-host-path",
	Title:    "Pod mounts a system folder of the node",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Whoever writes to the node's system folders runs programs there; whoever reads its keys, tokens or /proc speaks to the cluster as the node.",
	Fix:      "Take the mount out. An agent that must look at the node should mount the smallest folder that serves, with `readOnly: true`, in a namespace of its own.",
	Refs: refs(podSecurityStandards, "baseline/hostPathVolumes", podSecurityStandards, "restricted/restrictedVolumes", cis, "5.2.12",
		nist, "4.5.5", practice, "M57"),
	Aliases: []string{"trivy:KSV-0023", "kubescape:C-0048", "polaris:hostPathSet", "kube-linter:sensitive-host-mounts", "trivy:KSV-0121",
		"kubeaudit:mounts", "kubesec:ProcMount"},
	Bad: []string{`
-- agent.yaml --
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec:
      containers:
      - name: agent
        image: example.com/agent:1
        volumeMounts:
        - {name: root, mountPath: /host, readOnly: true}
        - {name: proc, mountPath: /host/proc, readOnly: true}
        - {name: usr, mountPath: /host/usr}
      volumes:
      - name: root
        hostPath: {path: /}
#                        ^ volume root mounts / of the node, read-only
      - name: proc
        hostPath: {path: /proc}
#                        ^^^^^ volume proc mounts /proc of the node, read-only
      - name: usr
        hostPath: {path: /usr/, type: Directory}
#                        ^^^^^ volume usr mounts /usr of the node
`},
	Good: []string{`
-- cache.yaml --
apiVersion: v1
kind: Pod
metadata: {name: cache}
spec:
  containers:
  - {name: cache, image: example.com/cache:1}
  volumes:
  - {name: data, hostPath: {path: /srv/cache}}
`},
	Check: hostPaths(sensitivePath, func(v hostVolume) rule.Finding {
		f := finding(v.at, nil, "volume %s mounts %s of the node", v.name, v.path)
		if !v.writable {
			f = finding(v.at, nil, "volume %s mounts %s of the node, read-only", v.name, v.path)
			if !v.secretBearing() {
				f.Severity = rule.Medium
			}
		}
		f.Aliases = aliases("trivy:KSV-0023", "kubescape:C-0048", "polaris:hostPathSet").
			when(v.audited(), "kubeaudit:mounts").when(v.path == "/proc", "kubesec:ProcMount")
		switch v.path {
		case "/", "/boot", "/dev", "/etc", "/lib", "/proc", "/sys", "/usr":
			f.Aliases = append(f.Aliases, "trivy:KSV-0121")
			if v.mounted {
				f.Aliases = append(f.Aliases, "kube-linter:sensitive-host-mounts")
			}
		}
		f.Fix = &rule.Fix{Title: "take the mount out, or mount the smallest folder that serves with readOnly: true"}
		return f
	}),
}
