package deploy

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/spelling"
)

var missingVolume = rule.Rule{
	ID:       "TW-K219",
	Name:     "missing-volume",
	Title:    "Container mounts a volume that its pod does not have",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why: "The API server refuses a pod whose `volumeMounts` or `volumeDevices` name no entry of `volumes` (for a StatefulSet, of `volumeClaimTemplates` either), and a controller whose template has one. " +
		"Where labels or annotations ask a webhook to inject something, the volume may come from there, and the finding is low. See `ValidateVolumeMounts` in kubernetes/pkg/apis/core/validation.",
	Fix:  "Correct the name, or add the volume.",
	Refs: refs(practice, "M35"),
	Bad: []string{`
-- web.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: example.com/web:1
        volumeMounts: [{name: dta, mountPath: /data}]
#                             ^^^ container web of Deployment web mounts volume dta, which the pod does not have; did you mean "data"?
        volumeDevices: [{name: raw, devicePath: /dev/raw}]
#                              ^^^ container web of Deployment web mounts volume raw, which the pod does not have; known are data
      volumes:
      - {name: data, emptyDir: {}}
`},
	Good: []string{`
-- db.yaml --
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      containers:
      - name: db
        image: example.com/db:1
        volumeMounts: [{name: data, mountPath: /data}, {name: run, mountPath: /run}]
      volumes: [{name: run, emptyDir: {}}]
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
`, `
-- patch.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      containers:
      - name: web
        volumeMounts: [{name: data, mountPath: /data}]
`},
	Check: rule.EachContainer(func(p *rule.Pass, c *manifest.Container) {
		w := c.Workload
		if c.Image.Text == "" || !slices.Contains(podGroups, w.Object.Group()) { // a patch, or a kind whose controller may add volumes
			return
		}
		known := volumeNames(w)
		for _, list := range []string{"volumeMounts", "volumeDevices"} {
			for _, m := range c.Field.Get(list).Items() {
				name := m.Get("name").String()
				if name == "" || slices.Contains(known, name) {
					continue
				}
				f := finding(m.Get("name"), c, "container %s of %s mounts volume %s, which the pod does not have%s", c.Name, named(w.Object), name, spelling.Suggest(name, known))
				if asksForInjection(w) {
					f.Severity = rule.Low
				}
				f.Key = c.Name + "." + list + "." + name
				f.Fix = &rule.Fix{Title: "correct the name, or add the volume"}
				p.Report(f)
			}
		}
	}),
}

// podGroups are the API groups whose kinds run a pod as it is written.
var podGroups = []string{"", "apps", "batch"}

// volumeNames are the volumes that the pods of a workload have.
func volumeNames(w *manifest.Workload) []string {
	var out []string
	for _, v := range w.PodSpec.Get("volumes").Items() {
		out = append(out, v.Get("name").String())
	}
	if w.Object.Kind == "StatefulSet" {
		for _, t := range w.Object.Field("spec", "volumeClaimTemplates").Items() {
			out = append(out, t.Get("metadata", "name").String())
		}
	}
	return out
}

// asksForInjection reports whether a label or an annotation of the pod speaks of
// injection, as those of service meshes and secret agents do.
func asksForInjection(w *manifest.Workload) bool {
	for _, list := range []string{"labels", "annotations"} {
		for name := range w.PodMeta.Get(list).Entries() {
			if strings.Contains(strings.ToLower(name), "inject") {
				return true
			}
		}
	}
	return false
}
