package deploy

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var unlistedRegistry = rule.Rule{
	ID:       "TW-K296",
	Name:     "unlisted-registry",
	Title:    "Image comes from a registry outside the large clouds",
	Severity: rule.Info,
	Profile:  rule.Tidy,
	Since:    "0.1",
	Why:      "An organisation knows which registries it trusts and sets them in registry-allowlist. Until it has, this says which images would be asked about: those that anyone may publish, and those of registries that no large cloud runs.",
	Fix:      "Set the setting `allowed` of registry-allowlist and switch this off, or mirror the image.",
	Refs:     refs(nist, "4.1.5"),
	Aliases:  []string{"trivy:KSV-0125", "trivy:KSV-0032", "trivy:KSV-0033", "trivy:KSV-0034", "trivy:KSV-0035"},
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - {name: web, image: "registry.example.com/web:1"}
#                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Pod web runs images that no list of registries speaks for: registry.example.com/web:1
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: [{name: web, image: "$IMAGE"}]}
`},
	Check: rule.EachWorkload(func(p *rule.Pass, w *manifest.Workload) {
		var images []string
		var at manifest.Field
		names := aliases()
		for _, c := range w.Containers {
			if c.Kind == "ephemeral" || c.Image.Text == "" || c.Image.Variable() {
				continue
			}
			found := registryAliases(c.Image.Text)
			if len(found) == 0 {
				continue
			}
			if !at.Exists() {
				at = c.Image.Field
			}
			images = append(images, c.Image.Text)
			for _, name := range found {
				names = names.when(!slices.Contains(names, name), name)
			}
		}
		if len(images) == 0 {
			return
		}
		f := aggregated(w, at, "image", "%s runs images that no list of registries speaks for: %s", named(w.Object), verbList(images))
		f.Aliases = names
		f.Fix = &rule.Fix{Title: "set the setting allowed of registry-allowlist"}
		p.Report(f)
	}),
}

// registryAliases returns the checks that do not trust where an image is from.
// They read the first part of the name; one without a slash has none.
func registryAliases(image string) []string {
	host, _, named := strings.Cut(image, "/")
	if !named {
		host = ""
	}
	amazon := strings.Contains(host, ".ecr.") && (strings.HasSuffix(host, ".amazonaws.com") || strings.HasSuffix(host, ".amazonaws.com.cn"))
	google, azure := strings.HasSuffix(host, "gcr.io"), strings.HasSuffix(host, "azurecr.io")
	first, _, _ := strings.Cut(image, "/")
	public := strings.HasPrefix(image, "docker.io") || strings.HasPrefix(image, "ghcr.io") || !strings.Contains(first, ".")
	return aliases().when(named && !amazon && !google && !azure, "trivy:KSV-0125").when(!azure, "trivy:KSV-0032").
		when(!google, "trivy:KSV-0033").when(public, "trivy:KSV-0034").when(!amazon, "trivy:KSV-0035")
}
