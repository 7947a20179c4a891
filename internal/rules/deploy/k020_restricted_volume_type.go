package deploy

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var restrictedVolumeType = rule.Rule{
	ID:       "TW-K020",
	Name:     "restricted-volume-type",
	Title:    "Pod names its storage itself instead of claiming it",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Volumes such as nfs, iscsi or gitRepo let the author of a pod reach any server and path with the node's rights. Through a PersistentVolumeClaim the administrator decides what may be mounted.",
	Fix:      "Put the storage behind a PersistentVolume and claim it, or use a CSI driver.",
	Refs:     refs(podSecurityStandards, "restricted/restrictedVolumes", nist, "4.5.5", practice, "M57"),
	Aliases:  []string{"trivy:KSV-0028"},
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - {name: web, image: example.com/web:1}
  volumes:
  - name: scratch
  - name: shared
    nfs:
#   ^^^ the pod mounts a volume of type nfs, which the restricted level forbids
      server: files.example.com
      path: /
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - {name: web, image: example.com/web:1}
  volumes:
  - {name: a, emptyDir: {}}
  - {name: b, persistentVolumeClaim: {claimName: b}}
  - {name: c, image: {reference: "example.com/data:1"}}
`},
	Check: podSecurity("restrictedVolumes", func(_ *manifest.Workload, r manifest.PodSecurityResult) (rule.Finding, bool) {
		path := r.Field.Path()
		kind := path[strings.LastIndexByte(path, '.')+1:]
		f := failing(r, "the pod mounts a volume of type %s, which the restricted level forbids", kind)
		f.Fix = &rule.Fix{Title: "claim the storage by a PersistentVolumeClaim"}
		return f, true
	}),
}
