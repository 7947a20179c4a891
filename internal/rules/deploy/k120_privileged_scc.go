package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var privilegedSCC = rule.Rule{
	ID:       "TW-K120",
	Name:     "privileged-scc",
	Title:    "Security context constraints allow privileged containers",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Under OpenShift a SecurityContextConstraints object decides what its users' pods may ask for. One that allows privileged containers gives each of them the node.",
	Fix:      "Set `allowPrivilegedContainer: false`, and use OpenShift's own `privileged` constraints for the few that need it.",
	Refs:     refs(cis, "5.2.2", nist, "4.4.3", practice, "M53", practice, "M63"),
	Aliases:  []string{"kube-linter:scc-deny-privileged-container"},
	Fixable:  true,
	Bad: []string{`
-- scc.yaml --
apiVersion: security.openshift.io/v1
kind: SecurityContextConstraints
metadata: {name: builders}
allowPrivilegedContainer: true
#                         ^^^^ the constraints builders let their users run privileged containers
`},
	Good: []string{`
-- scc.yaml --
apiVersion: security.openshift.io/v1
kind: SecurityContextConstraints
metadata: {name: builders}
allowPrivilegedContainer: false
`},
	Check: rule.EachObject(func(p *rule.Pass, o *manifest.Object) {
		allowed := o.Field("allowPrivilegedContainer")
		if on, set := allowed.Bool(); !set || !on {
			return
		}
		f := finding(allowed, nil, "the constraints %s let their users run privileged containers", o.Name)
		f.Fix = set(allowed, "set allowPrivilegedContainer: false", "false")
		p.Report(f)
	}, "SecurityContextConstraints"),
}
