package deploy

import (
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var unusedSecretVolume = rule.Rule{
	ID:       "TW-K241",
	Name:     "unused-secret-volume",
	Title:    "Pod is given a secret that none of its containers mounts",
	Severity: rule.Low,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "The kubelet fetches the secret to the node for nothing: whoever gets hold of the node has it, the pod does not start where it is missing, and the list of who needs it is wrong when it is to be rotated. Often a `volumeMounts` entry was forgotten or misspelt.",
	Fix:      "Mount the volume in the container that needs it, or remove it.",
	Refs:     refs(nist, "4.1.4", practice, "M48"),
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - {name: web, image: "example.com/web:1", volumeMounts: [{name: data, mountPath: /data}]}
  volumes:
  - {name: data, emptyDir: {}}
  - name: tls
    secret: {secretName: web-tls}
#                        ^^^^^^^ no container of Pod web mounts the volume tls, which holds Secret web-tls
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  initContainers:
  - {name: prepare, image: "example.com/web:1", volumeMounts: [{name: all, mountPath: /all}]}
  containers:
  - {name: web, image: "example.com/web:1", volumeMounts: [{name: tls, mountPath: /tls}], envFrom: [{secretRef: {name: db}}]}
  volumes:
  - {name: tls, secret: {secretName: web-tls}}
  - {name: all, projected: {sources: [{secret: {name: db}}]}}
  - {name: settings, configMap: {name: unused}}
`},
	Check: rule.EachWorkload(func(p *rule.Pass, w *manifest.Workload) {
		for _, ref := range w.References() {
			if ref.Kind != "Secret" || ref.Volume == "" || mounted(w, ref.Volume) {
				continue
			}
			f := finding(ref.Field, nil, "no container of %s mounts the volume %s, which holds Secret %s", named(w.Object), ref.Volume, ref.Name)
			f.Key = "volumes." + ref.Volume + "." + ref.Name
			f.Fix = &rule.Fix{Title: "mount the volume where it is needed, or remove it"}
			p.Report(f)
		}
	}),
}

// mounted reports whether a container mounts a volume.
func mounted(w *manifest.Workload, volume string) bool {
	return slices.ContainsFunc(w.Containers, func(c *manifest.Container) bool {
		return slices.ContainsFunc(c.Field.Get("volumeMounts").Items(), func(m manifest.Field) bool { return m.Get("name").String() == volume })
	})
}
