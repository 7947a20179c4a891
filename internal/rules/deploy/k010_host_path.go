package deploy

import "github.com/tidewaiter/tidewaiter/internal/rule"

var hostPath = rule.Rule{
	ID:       "TW-K010",
	Name:     "host-path",
	Title:    "Pod mounts a folder of the node",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "A hostPath volume outlives the pod, is shared with every pod that names the same path, and lets a pod write files that the node's own programs read. What the kubelet would clean up stays.",
	Fix:      "Use an emptyDir, a PersistentVolumeClaim, a `local` volume or a projected one. Where only reading is needed, mount it with `readOnly: true`.",
	Refs: refs(podSecurityStandards, "baseline/hostPathVolumes", podSecurityStandards, "restricted/restrictedVolumes", cis, "5.2.12",
		nist, "4.5.5", practice, "M57"),
	Aliases: []string{"trivy:KSV-0023", "kubescape:C-0048", "polaris:hostPathSet", "kubeaudit:mounts"},
	Bad: []string{`
-- cache.yaml --
apiVersion: v1
kind: Pod
metadata: {name: cache}
spec:
  containers:
  - name: cache
    image: example.com/cache:1
    volumeMounts:
    - {name: data, mountPath: /data}
    - {name: models, mountPath: /models, readOnly: true}
  volumes:
  - name: data
    hostPath:
      path: /srv/cache
#           ^^^^^^^^^^ volume data mounts /srv/cache of the node
  - name: models
    hostPath: {path: /srv/models}
#                    ^^^^^^^^^^^ volume models mounts /srv/models of the node, read-only
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
  - {name: data, emptyDir: {}}
`, `
-- elsewhere.yaml --
# judged as sensitive-host-path
apiVersion: v1
kind: Pod
metadata: {name: elsewhere}
spec:
  containers:
  - {name: cache, image: example.com/cache:1}
  volumes:
  - {name: data, hostPath: {path: /etc}}
`},
	Check: hostPaths(ordinaryPath, func(v hostVolume) rule.Finding {
		f := finding(v.at, nil, "volume %s mounts %s of the node", v.name, v.path)
		if !v.writable {
			f = finding(v.at, nil, "volume %s mounts %s of the node, read-only", v.name, v.path)
			f.Severity = rule.Medium
		}
		f.Aliases = aliases("trivy:KSV-0023", "kubescape:C-0048", "polaris:hostPathSet").when(v.audited(), "kubeaudit:mounts")
		f.Fix = &rule.Fix{Title: "use an emptyDir, a PersistentVolumeClaim or a projected volume"}
		return f
	}),
}
