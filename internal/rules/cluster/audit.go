package cluster

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

func eachAuditPolicy(f func(*rule.Pass, *manifest.Object)) rule.Check {
	return eachDocument(f, auditGroup, "Policy")
}

// audited is a resource whose requests an audit policy is asked about.
type audited struct{ group, resource string }

// String returns "pods/exec", "deployments.apps".
func (a audited) String() string {
	if a.group == "" {
		return a.resource
	}
	return a.resource + "." + a.group
}

// matches reports whether a rule of an audit policy is about a resource, and
// whether about all its requests, whoever makes them.
// https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/#audit-k8s-io-v1-PolicyRule
func (a audited) matches(r manifest.Field) (some, all bool) {
	for _, key := range []string{"users", "userGroups", "verbs", "namespaces"} {
		if len(r.Get(key).Items()) > 0 {
			defer func() { all = false }()
			break
		}
	}
	groups := r.Get("resources").Items()
	if len(groups) == 0 {
		some = len(r.Get("nonResourceURLs").Items()) == 0
		return some, some
	}
	for _, g := range groups {
		if g.Get("group").String() != a.group {
			continue
		}
		if names := g.Get("resources").Strings(); len(names) == 0 || slices.ContainsFunc(names, a.is) {
			some = true
			all = all || len(g.Get("resourceNames").Items()) == 0
		}
	}
	return some, all
}

// is reports whether the name in a rule means the resource.
func (a audited) is(name string) bool {
	if name == a.resource || name == "*" {
		return true
	}
	resource, sub, _ := strings.Cut(a.resource, "/")
	return name == resource+"/*" && sub != "" || name == "*/"+sub
}

// silent reports whether a policy records no request about a resource: the first
// rule that matches a request decides, and what none matches is not recorded.
func (a audited) silent(rules []manifest.Field) bool {
	for _, r := range rules {
		some, all := a.matches(r)
		none := r.Get("level").String() == "None"
		if some && !none {
			return false
		}
		if all && none {
			return true
		}
	}
	return true
}

// bodies returns the rule that records what requests about a resource hold, an
// absent field where none does.
func (a audited) bodies(rules []manifest.Field) manifest.Field {
	for _, r := range rules {
		some, all := a.matches(r)
		level := r.Get("level").String()
		if some && (level == "Request" || level == "RequestResponse") {
			return r
		}
		if all {
			break
		}
	}
	return manifest.Field{}
}
