package deploy

import (
	"maps"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var staticCloudKey = rule.Rule{
	ID:       "TW-K187",
	Name:     "static-cloud-key",
	Title:    "Long-lived cloud key where the workload could have an identity",
	Severity: rule.Low,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "A key in a Secret works from anywhere for as long as nobody rotates it, and whoever reads it is the application. Every large cloud gives pods short-lived credentials by their service account instead, with nothing to leak.",
	Fix:      "Tie the service account to a role of the cloud (EKS Pod Identity or IRSA, GKE Workload Identity, Azure Workload Identity) and delete the key.",
	Refs:     refs(nist, "4.1.4", practice, "M73", practice, "M49"),
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.com/web:1
    env:
    - name: AWS_SECRET_ACCESS_KEY
#           ^^^^^^^^^^^^^^^^^^^^^ container web has a long-lived key of AWS
      valueFrom: {secretKeyRef: {name: aws, key: secret}}
    - name: AZURE_CLIENT_SECRET
#           ^^^^^^^^^^^^^^^^^^^ container web has a long-lived key of Azure
      valueFrom: {secretKeyRef: {name: azure, key: secret}}
    - {name: GOOGLE_APPLICATION_CREDENTIALS, value: /gcp/key.json}
#            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ container web has a long-lived key of Google Cloud, in a file of Secret gcp-key
    envFrom: [{secretRef: {name: cloud}}]
#                                ^^^^^ container web has a long-lived key of AWS, from Secret cloud
    volumeMounts: [{name: gcp, mountPath: /gcp}]
  volumes: [{name: gcp, secret: {secretName: gcp-key}}]
---
apiVersion: v1
kind: Secret
metadata: {name: cloud}
stringData: {AWS_SECRET_ACCESS_KEY: "${KEY}"}
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: minio
    image: example.com/minio:1
    env:
    - {name: AWS_SECRET_ACCESS_KEY, valueFrom: {secretKeyRef: {name: minio, key: secret}}}
    - {name: S3_ENDPOINT, value: "http://minio:9000"}
  - name: federated
    image: example.com/web:1
    env: [{name: GOOGLE_APPLICATION_CREDENTIALS, value: /var/run/gcp/config.json}]
    volumeMounts: [{name: token, mountPath: /var/run/gcp}]
  - name: irsa
    image: example.com/web:1
    env: [{name: AWS_ROLE_ARN, value: "arn:aws:iam::1:role/web"}, {name: AWS_SECRET_ACCESS_KEY, value: test}]
  volumes: [{name: token, projected: {sources: [{serviceAccountToken: {path: token, audience: gcp}}]}}]
`},
	Check: rule.EachContainer(func(p *rule.Pass, c *manifest.Container) {
		env := c.Field.Get("env").Items()
		for _, e := range env {
			cloud := cloudOf(e.Get("name").String())
			given := e.Get("valueFrom", "secretKeyRef").Exists() || e.Get("value").String() != "" && !notSecret(e.Get("value").String())
			if cloud == "" || !given || cloud == "AWS" && ownStore(env) {
				continue
			}
			f := finding(e.Get("name"), c, "%s has a long-lived key of %s", who(c), cloud)
			f.Key += "." + e.Get("name").String()
			f.Fix = &rule.Fix{Title: "tie the service account to a role of the cloud and delete the key"}
			p.Report(f)
		}
		keyFiles(p, c)
		keysFrom(p, c)
	}),
}

// keyFiles reports the variables that name the file of a key in a mounted Secret.
func keyFiles(p *rule.Pass, c *manifest.Container) {
	for _, e := range c.Field.Get("env").Items() {
		cloud := ""
		switch e.Get("name").String() {
		case "GOOGLE_APPLICATION_CREDENTIALS":
			cloud = "Google Cloud"
		case "AWS_SHARED_CREDENTIALS_FILE":
			cloud = "AWS"
		case "AZURE_CLIENT_CERTIFICATE_PATH", "AZURE_AUTH_LOCATION":
			cloud = "Azure"
		}
		secret := secretAt(c, e.Get("value").String())
		if cloud == "" || secret == "" {
			continue
		}
		f := finding(e.Get("name"), c, "%s has a long-lived key of %s, in a file of Secret %s", who(c), cloud, secret)
		f.Key += "." + e.Get("name").String()
		f.Fix = &rule.Fix{Title: "tie the service account to a role of the cloud and delete the key"}
		p.Report(f)
	}
}

// secretAt returns the Secret that is mounted where a path leads, "" for none.
func secretAt(c *manifest.Container, path string) string {
	for _, m := range c.Field.Get("volumeMounts").Items() {
		dir := strings.TrimSuffix(m.Get("mountPath").String(), "/")
		if dir == "" || path != dir && !strings.HasPrefix(path, dir+"/") {
			continue
		}
		for _, v := range c.Workload.PodSpec.Get("volumes").Items() {
			if v.Get("name").String() == m.Get("name").String() {
				return v.Get("secret", "secretName").String()
			}
		}
	}
	return ""
}

// keysFrom reports the Secrets of the manifests that a container takes all its
// variables from, where a key of a cloud is among them.
func keysFrom(p *rule.Pass, c *manifest.Container) {
	for _, from := range c.Field.Get("envFrom").Items() {
		name := from.Get("secretRef", "name")
		o := p.Graph(c.Workload.Object.Render).Find("Secret", c.Workload.Object.Namespace, name.String())
		if name.String() == "" || o == nil || ownStore(c.Field.Get("env").Items()) {
			continue
		}
		for _, key := range slices.Sorted(maps.Keys(valuesByKey(o))) {
			if cloud := cloudOf(from.Get("prefix").String() + key); cloud != "" && !strings.Contains(strings.Join(slices.Sorted(maps.Keys(valuesByKey(o))), " "), "ENDPOINT") {
				f := finding(name, c, "%s has a long-lived key of %s, from Secret %s", who(c), cloud, o.Name)
				f.Key += "." + key
				f.Fix = &rule.Fix{Title: "tie the service account to a role of the cloud and delete the key"}
				p.Report(f)
				break
			}
		}
	}
}

// cloudOf returns the cloud whose libraries take a key from the variable, "" for
// none.
func cloudOf(variable string) string {
	switch variable {
	case "AWS_SECRET_ACCESS_KEY":
		return "AWS"
	case "AZURE_CLIENT_SECRET", "ARM_CLIENT_SECRET", "AZURE_STORAGE_KEY":
		return "Azure"
	case "GOOGLE_CREDENTIALS", "GOOGLE_CLOUD_KEYFILE_JSON", "GCLOUD_KEYFILE_JSON", "GOOGLE_APPLICATION_CREDENTIALS_JSON":
		return "Google Cloud"
	case "ALIBABA_CLOUD_ACCESS_KEY_SECRET":
		return "Alibaba Cloud"
	}
	return ""
}

// ownStore reports whether the variables name a server that only speaks the
// protocol of AWS, such as MinIO.
func ownStore(env []manifest.Field) bool {
	for _, e := range env {
		if name := e.Get("name").String(); strings.Contains(name, "ENDPOINT") && !strings.Contains(e.Get("value").String(), "amazonaws.com") {
			return true
		}
	}
	return false
}
