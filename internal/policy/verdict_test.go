package policy_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/policy"
	"github.com/tidewaiter/tidewaiter/internal/registry"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/rules"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

func manifestOf(config string) []byte {
	return []byte(`{"config":{"digest":"` + config + `"},"layers":[]}`)
}

func verdict(t *testing.T, r registry.Resolved, findings ...rule.Finding) policy.Verdict {
	t.Helper()
	p, err := compile(t, "version: 1", policy.Overrides{})
	require.NoError(t, err)
	return policy.Judge(p, findings, &facts.Project{Images: []*image.Image{{Resolved: r}}}, now)
}

func TestCovers(t *testing.T) {
	judged := registry.Resolved{Digest: "sha256:a", Raw: manifestOf("sha256:c")}
	v := verdict(t, judged)
	require.True(t, v.Covers(registry.Resolved{Repo: "r/app", Digest: "sha256:a"}))
	require.True(t, v.Covers(registry.Resolved{Repo: "r/app", Digest: "sha256:b", Raw: manifestOf("sha256:c")}),
		"a push may compress the layers: the configuration names what they hold")
	require.False(t, v.Covers(registry.Resolved{Repo: "r/app", Digest: "sha256:b", Raw: manifestOf("sha256:d")}))
	require.False(t, v.Covers(registry.Resolved{Digest: "sha256:b", Raw: []byte("no manifest")}))

	index := verdict(t, registry.Resolved{Digest: "sha256:a", Raw: []byte(`{"manifests":[]}`)})
	require.False(t, index.Covers(registry.Resolved{Repo: "r/app", Digest: "sha256:b", Raw: []byte(`{"manifests":[{}]}`)}),
		"two manifests without a configuration have nothing in common")

	inRegistry := verdict(t, registry.Resolved{Repo: "r/app", Digest: "sha256:a", Raw: manifestOf("sha256:c")})
	require.False(t, inRegistry.Covers(registry.Resolved{Repo: "r/app", Digest: "sha256:b", Raw: manifestOf("sha256:c")}),
		"what came from a registry is covered by its digest alone")
	require.False(t, policy.Verdict{}.Covers(judged), "the zero verdict covers nothing")
	require.True(t, policy.Verdict{}.IsZero())

	rules := known()
	failed := verdict(t, judged, rule.Finding{Rule: &rules[0], Severity: rule.High})
	require.False(t, failed.Passed())
	require.False(t, failed.Covers(judged), "a failed verdict covers nothing")
}

// A verdict that nobody reached cannot be made of data.
func TestVerdictHasNoDecoder(t *testing.T) {
	var v policy.Verdict
	require.NoError(t, json.Unmarshal([]byte(`{"judged":true,"pass":true,"Judged":true}`), &v))
	require.True(t, v.IsZero())
}

func TestDigestLeavesWaiversOut(t *testing.T) {
	compile := func(text string) string {
		f := source.NewFile("tidewaiter.yaml", text)
		c, err := policy.Parse(f)
		require.NoError(t, err)
		p, err := policy.Compile(f, c, policy.Hadolint{}, policy.Overrides{}, rules.All())
		require.NoError(t, err)
		return p.Digest
	}
	plain := compile("version: 1\nfail-on: high\n")
	require.Equal(t, plain, compile("# why\nfail-on:   high\nversion: 1\n"), "comments, order and spaces say nothing")
	require.Equal(t, plain, compile("version: 1\nfail-on: high\nwaivers:\n- {rule: root-user, reason: old, expires: 2027-01-31}\n"))
	require.Equal(t, plain, compile("version: 1\nfail-on: high\nsign: {log: auto}\nprofile: ''\n"), "what is left at its default says nothing")
	for _, other := range []string{"version: 1\nfail-on: low\n", "version: 1\nfail-on: high\nrules: {root-user: off}\n",
		"version: 1\nfail-on: high\nrules: {image-age: {settings: {max-days: 0}}}\n", "version: 1\nfail-on: high\npaths: {exclude: [a]}\n"} {
		require.NotEqual(t, plain, compile(other), other)
	}
}
