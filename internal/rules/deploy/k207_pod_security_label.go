package deploy

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var podSecurityLabel = rule.Rule{
	ID:       "TW-K207",
	Name:     "pss-namespace-label",
	Title:    "Namespace does not enforce a Pod Security Standard",
	Severity: rule.Low,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "Without the label `pod-security.kubernetes.io/enforce` the cluster accepts every pod in the namespace, privileged ones too, from whoever may make pods there. It is the one control that is built into every cluster.",
	Fix:      "Label the namespace `pod-security.kubernetes.io/enforce: restricted`, or `baseline` where that is too much, with `warn` and `audit` at restricted.",
	Refs:     refs(cis, "5.2.1", nsa, nsaPods, nist, "4.3.3", practice, "M63"),
	Aliases:  append([]string{"kubescape:C-0192"}, restrictedControls()...),
	Bad: []string{`
-- namespaces.yaml --
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {pod-security.kubernetes.io/warn: restricted}}
#                ^^^^ namespace shop enforces no Pod Security Standard
---
apiVersion: v1
kind: Namespace
metadata:
  name: open
  labels:
    pod-security.kubernetes.io/enforce: privileged
#                                       ^^^^^^^^^^ namespace open accepts every pod (privileged)
---
apiVersion: v1
kind: Namespace
metadata:
  name: typo
  labels:
    pod-security.kubernetes.io/enforce: strict
#                                       ^^^^^^ the cluster refuses namespace typo: strict is no Pod Security Standard
`},
	Good: []string{`
-- namespaces.yaml --
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {pod-security.kubernetes.io/enforce: restricted}}
---
apiVersion: v1
kind: Namespace
metadata: {name: kube-system}
`},
	Check: rule.EachObject(func(p *rule.Pass, o *manifest.Object) {
		if o.APIVersion != "v1" || strings.HasPrefix(o.Name, "kube-") {
			return
		}
		label := o.Field("metadata", "labels", enforceLabel)
		fix := set(label, "label the namespace "+enforceLabel+": baseline, or restricted", "baseline")
		switch level := label.String(); {
		case !label.Exists():
			f := finding(o.Field("metadata", "name"), nil, "namespace %s enforces no Pod Security Standard", o.Name)
			f.Key = enforceLabel
			f.Fix = fix
			p.Report(f)
		case level == "privileged":
			f := finding(label, nil, "namespace %s accepts every pod (privileged)", o.Name)
			f.Aliases = restrictedControls()
			f.Fix = fix
			p.Report(f)
		case level == "baseline":
			f := finding(label, nil, "namespace %s accepts pods that the restricted level forbids", o.Name)
			f.Severity = rule.Info
			f.Aliases = restrictedControls()[:4]
			f.Fix = &rule.Fix{Title: "label the namespace " + enforceLabel + ": restricted"}
			p.Report(f)
		case !slices.Contains(podSecurityLevels[:], level) && !strings.ContainsAny(level, "${}<>"):
			f := finding(label, nil, "the cluster refuses namespace %s: %s is no Pod Security Standard", o.Name, level)
			f.Severity = rule.High
			f.Aliases = []string{}
			f.Fix = fix
			p.Report(f)
		}
	}, "Namespace"),
}

var podSecurityLevels = [...]string{"privileged", "baseline", "restricted"}

// restrictedControls are Kubescape's controls that ask a namespace for the
// restricted level, the first four, or at least for baseline.
func restrictedControls() []string {
	return []string{"kubescape:C-0197", "kubescape:C-0198", "kubescape:C-0200", "kubescape:C-0201",
		"kubescape:C-0193", "kubescape:C-0194", "kubescape:C-0195", "kubescape:C-0196", "kubescape:C-0199", "kubescape:C-0202", "kubescape:C-0203", "kubescape:C-0204"}
}
