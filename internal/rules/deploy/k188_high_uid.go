package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var highUID = rule.Rule{
	ID:       "TW-K188",
	Name:     "high-uid-gid",
	Title:    "User or group number that the node may have too",
	Severity: rule.Info,
	Profile:  rule.Strict,
	Since:    "0.1",
	Why:      "Without user namespaces a number in the container is the same number on the node. Low ones belong to the node's own users there, so an intruder who gets out has their files.",
	Fix:      "Give `runAsUser` and `runAsGroup` numbers above 10000, best different for each application, or set `hostUsers: false`.",
	Refs:     refs(nist, "4.4.3", practice, "M8", practice, "M51"),
	Aliases:  []string{"kube-score:container-security-context-user-group-id", "trivy:KSV-0020", "trivy:KSV-0021", "checkov:CKV_K8S_40", "kubesec:RunAsUser", "kubesec:RunAsGroup"},
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  securityContext: {runAsGroup: 20000}
  containers:
  - name: web
    image: example.com/web:1
    securityContext:
      runAsUser: 1000
#                ^^^^ containers web and side do not run with user and group numbers of 10000 and more
  - name: side
    image: example.com/side:1
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  securityContext: {runAsUser: 65532, runAsGroup: 65532}
  containers:
  - {name: web, image: "example.com/web:1"}
---
apiVersion: v1
kind: Pod
metadata: {name: own}
spec:
  os: {name: windows}
  containers:
  - {name: web, image: "example.com/web:1"}
`},
	Check: eachWorkloadLacking(func(c *manifest.Container) (manifest.Field, bool) {
		uid, gid := c.Setting("runAsUser"), c.Setting("runAsGroup")
		switch {
		case c.Workload.Windows():
			return uid, false
		case lowID(uid, lowestHigh-1):
			return uid, true
		}
		return gid, lowID(gid, lowestHigh-1)
	}, func(_ *rule.Pass, w *manifest.Workload, at manifest.Field, who string, faulty []*manifest.Container) rule.Finding {
		word := "does"
		if len(faulty) > 1 {
			word = "do"
		}
		f := aggregated(w, at, "runAsUser", "%s %s not run with user and group numbers of 10000 and more", who, word)
		var user, group, unset bool
		for _, c := range faulty {
			uid, gid := c.Setting("runAsUser"), c.Setting("runAsGroup")
			user, group = user || lowID(uid, lowestHigh), group || lowID(gid, lowestHigh)
			unset = unset || lowID(uid, lowestHigh-1)
		}
		f.Aliases = some(map[string]bool{"kube-score:container-security-context-user-group-id": true,
			"trivy:KSV-0020": user, "trivy:KSV-0021": group, "checkov:CKV_K8S_40": unset,
			"kubesec:RunAsUser":  noContainer(w, func(c *manifest.Container) bool { return !lowID(c.Setting("runAsUser"), lowestHigh) }),
			"kubesec:RunAsGroup": noContainer(w, func(c *manifest.Container) bool { return !lowID(c.Setting("runAsGroup"), lowestHigh) })})
		f.Fix = &rule.Fix{Title: "set runAsUser and runAsGroup to numbers above 10000"}
		return f
	}),
}

// lowestHigh is the number from which on the tools that have this check agree
// that no user of a node has it.
const lowestHigh = 10000

// lowID reports whether a user or group is unset or not above most.
func lowID(f manifest.Field, most int64) bool {
	n, ok := f.Int()
	return !ok || n <= most
}
