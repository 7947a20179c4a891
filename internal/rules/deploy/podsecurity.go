package deploy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// podSecurity makes a check of what one check of the Pod Security Standards
// finds, at either level. judge words the finding; returning false leaves the
// result to another rule. What the pod's namespace enforces is
// always high, since the cluster will refuse the pods. Of steps that a controller
// puts into pods of its own making nothing is said that such a pod may set.
func podSecurity(check string, judge func(*manifest.Workload, manifest.PodSecurityResult) (rule.Finding, bool)) rule.Check {
	return rule.EachPod(func(p *rule.Pass, w *manifest.Workload, step bool) {
		for _, r := range w.PodSecurity() {
			if r.Check == check && (!step || r.Container != nil || !r.Absent) {
				reportStandard(p, w, r, judge)
			}
		}
	})
}

func reportStandard(p *rule.Pass, w *manifest.Workload, r manifest.PodSecurityResult, judge func(*manifest.Workload, manifest.PodSecurityResult) (rule.Finding, bool)) {
	f, ok := judge(w, r)
	if !ok {
		return
	}
	if f.Rule = p.Rule; r.Container != nil && !ordinary(r.Container) {
		f.Aliases = withoutTool(f.SameAs(), "kubescape")
	}
	if ns := enforcingNamespace(p, w, r); ns != nil {
		enforced(p, &f, ns)
	}
	p.Report(f)
}

func enforced(p *rule.Pass, f *rule.Finding, ns *manifest.Object) {
	label := ns.Field("metadata", "labels", enforceLabel)
	f.Severity = max(f.Severity, p.Rule.Severity, rule.High)
	f.Message += fmt.Sprintf("; namespace %s enforces %s, so the cluster refuses the pod", ns.Name, label.String())
	f.Related = append(slices.Clone(f.Related), source.Related{At: label.Span(), Message: "enforced here"})
}

// failing words a result of the standards about its own field.
func failing(r manifest.PodSecurityResult, format string, args ...any) rule.Finding {
	return finding(r.Field, r.Container, format, args...)
}

// withoutTool leaves out the checks of one tool, such as Kubescape, which looks
// at no init and no ephemeral containers.
func withoutTool(names []string, tool string) []string {
	out := []string{}
	for _, name := range names {
		if !strings.HasPrefix(name, tool+":") {
			out = append(out, name)
		}
	}
	return out
}
