package ruletest

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

// reversed runs a rule over the same project read in the opposite order and
// expects the same findings.
func reversed(t *testing.T, r *rule.Rule, p *facts.Project, want []string) {
	t.Helper()
	turned := *p
	turned.Dockerfiles = slices.Clone(p.Dockerfiles)
	turned.Renders = slices.Clone(p.Renders)
	turned.Builds = slices.Clone(p.Builds)
	turned.Deployments = slices.Clone(p.Deployments)
	turned.Vulnerabilities = slices.Clone(p.Vulnerabilities)
	slices.Reverse(turned.Dockerfiles)
	slices.Reverse(turned.Renders)
	slices.Reverse(turned.Builds)
	slices.Reverse(turned.Deployments)
	slices.Reverse(turned.Vulnerabilities)
	_, got := Find(t, r, &turned)
	require.Equal(t, want, got, "the order of the input changes the findings")
}
