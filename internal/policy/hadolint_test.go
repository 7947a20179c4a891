package policy_test

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/policy"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// peers are rules that hadolint has too, and one that it has not.
func peers() []rule.Rule {
	return []rule.Rule{
		{ID: "TW-T001", Name: "root-user", Severity: rule.High, Profile: rule.Default, Aliases: []string{"hadolint:DL3002", "trivy:DS-0002"}},
		{ID: "TW-T002", Name: "os-version", Severity: rule.Info, Profile: rule.Tidy, Aliases: []string{"hadolint:DL3008", "hadolint:DL3018"}},
		{ID: "TW-T003", Name: "registry", Severity: rule.High, Profile: rule.Default, Aliases: []string{"hadolint:DL3026"},
			Settings: []rule.Setting{{Name: "allowed", Default: []string{}}}},
		{ID: "TW-T004", Name: "own", Severity: rule.Medium, Profile: rule.Default},
	}
}

func withHadolint(t *testing.T, hadolint, own string) *policy.Policy {
	t.Helper()
	repo := source.OpenFS(fstest.MapFS{".hadolint.yaml": {Data: []byte(hadolint)}})
	f := source.NewFile("tidewaiter.yaml", "version: 1\n"+own)
	c, err := policy.Parse(f)
	require.NoError(t, err)
	p, err := policy.Compile(f, c, policy.FindHadolint(repo), policy.Overrides{}, peers())
	require.NoError(t, err)
	return p
}

// judged runs a policy over one finding of each rule, at line 2 of a Dockerfile.
func judged(t *testing.T, p *policy.Policy, own ...source.Ignore) map[string]policy.Judged {
	t.Helper()
	f := source.NewFile("app/Dockerfile", "FROM debian\nUSER root\n")
	project := &facts.Project{Ignores: append(own, p.Hadolint.Ignores...)}
	check := rule.EachProject(func(p *rule.Pass) {
		p.Report(rule.Finding{At: f.LineSpan(2), Message: "x"})
	})
	for i := range p.Rules {
		r := *p.Rules[i].Rule
		r.Check, p.Rules[i].Rule = check, &r
	}
	found, err := rule.Run(p.Rules, project, now)
	require.NoError(t, err)
	out := map[string]policy.Judged{}
	for _, j := range policy.Judge(p, found, project, now).Findings() {
		out[j.Rule.Name] = j
	}
	return out
}

func TestHadolintIgnoresCountEverywhereAndCarryTheirReason(t *testing.T) {
	got := judged(t, withHadolint(t, "ignored:\n  - DL3002 # the base drops root itself\n", ""))
	require.Equal(t, policy.Ignored, got["root-user"].Status)
	require.Equal(t, "the base drops root itself", got["root-user"].WaiverReason)
	require.Equal(t, policy.Open, got["own"].Status)

	got = judged(t, withHadolint(t, "ignored: [dl3002]\n", ""))
	require.Equal(t, policy.Ignored, got["root-user"].Status, "a list in flow style, in lower case")
	require.Empty(t, got["root-user"].WaiverReason)
}

func TestHadolintOverridesSetTheSeverityAndSwitchRulesOn(t *testing.T) {
	got := judged(t, withHadolint(t, "override:\n  warning: [DL3008]\n  style: [DL3002]\n", ""))
	require.Equal(t, rule.Medium, got["os-version"].Severity)
	require.Equal(t, rule.Info, got["root-user"].Severity)
	require.False(t, got["root-user"].Blocking)

	got = judged(t, withHadolint(t, "override: {style: [DL3002], error: [DL3018]}\n", "rules: {root-user: critical, os-version: off}"))
	require.Equal(t, rule.Critical, got["root-user"].Severity, "tidewaiter.yaml stands above it")
	require.NotContains(t, got, "os-version")
}

func TestHadolintThresholdDecidesForWhatHadolintFindsToo(t *testing.T) {
	for _, c := range []struct {
		hadolint, own string
		root, mine    bool
	}{
		{"failure-threshold: error\noverride: {warning: [DL3002]}\n", "", false, false},
		{"failure-threshold: warning\noverride: {warning: [DL3002]}\n", "", true, false},
		{"failure-threshold: none\n", "", false, false},
		{"no-fail: true\n", "", false, false},
		{"failure-threshold: none\n", "fail-on: medium", true, true},
		{"failure-threshold: ignore\noverride: {style: [DL3002]}\n", "", true, false},
	} {
		got := judged(t, withHadolint(t, c.hadolint, c.own))
		require.Equal(t, c.root, got["root-user"].Blocking, c.hadolint)
		require.Equal(t, c.mine, got["own"].Blocking, c.hadolint)
	}
}

func TestHadolintRegistriesBecomeTheSetting(t *testing.T) {
	for _, text := range []string{"trustedRegistries: [docker.io, '*.acme.test']\n", "trustedRegistries:\n- docker.io\n- '*.acme.test'\n"} {
		p := withHadolint(t, text, "")
		require.Equal(t, []string{"docker.io", "*.acme.test"}, p.Rules[1].Settings["allowed"])
	}
	p := withHadolint(t, "trustedRegistries: docker.io\n", "rules: {registry: {settings: {allowed: [quay.io]}}}")
	require.Equal(t, []string{"quay.io"}, p.Rules[1].Settings["allowed"])
}

func TestHadolintCommentsCanBeSwitchedOff(t *testing.T) {
	f := source.NewFile("app/Dockerfile", "FROM debian\nUSER root\n")
	comment := source.Ignore{At: f.LineSpan(1), First: 2, Last: 2, Foreign: "hadolint", Rules: []string{"hadolint:DL3002"}}
	require.Equal(t, policy.Ignored, judged(t, withHadolint(t, "", ""), comment)["root-user"].Status)
	require.Equal(t, policy.Open, judged(t, withHadolint(t, "disable-ignore-pragma: true\n", ""), comment)["root-user"].Status)
}

func TestHadolintMistakesNameTheLineAndHideNothingElse(t *testing.T) {
	for text, want := range map[string]string{
		"ignored: [DL3002]\ntrustedRegistry: x\n":          `.hadolint.yaml:2: unknown key "trustedRegistry"; did you mean "trustedRegistries"? (it has no effect, the rest of the file counts)`,
		"ignored: [DL3002]\noverride: {fatal: [DL3008]}\n": `.hadolint.yaml:1: override "fatal" is none of error, warning, info, style (it has no effect, the rest of the file counts)`,
		"ignored: [DL3002]\nfailure-threshold: high\n":     `.hadolint.yaml:1: failure-threshold "high" is none of error, warning, info, style, ignore, none (it has no effect, the rest of the file counts)`,
		"ignored: [DL3002]\nstrict-labels: [1]\n":          `.hadolint.yaml:2: a list where a single value is expected (it has no effect, the rest of the file counts)`,
	} {
		h := policy.ParseHadolint(source.NewFile(".hadolint.yaml", text))
		require.Len(t, h.Problems, 1, text)
		require.Equal(t, want, h.Problems[0].At.Path()+":"+string(rune('0'+h.Problems[0].Line))+": "+h.Problems[0].Reason)
		require.Len(t, h.Ignores, 1)
	}
	h := policy.ParseHadolint(source.NewFile(".hadolint.yaml", "ignored: [DL3002\n"))
	require.Len(t, h.Problems, 1)
	require.Contains(t, h.Problems[0].Reason, "nothing in this file counts")
	require.Empty(t, h.Ignores)

	unreadable := policy.FindHadolint(source.OpenFS(fstest.MapFS{".hadolint.yml": {Data: []byte{0, 1}}}))
	require.Equal(t, ".hadolint.yml", unreadable.Problems[0].Path)
}

// The configuration decides, so it is part of what identifies the policy.
func TestHadolintIsPartOfTheDigest(t *testing.T) {
	require.NotEqual(t, withHadolint(t, "ignored: [DL3002]\n", "").Digest, withHadolint(t, "ignored: [DL3008]\n", "").Digest)
}

// No configuration of hadolint makes the reader panic.
func FuzzHadolint(f *testing.F) {
	f.Add("ignored: [DL3008, DL3018] # why\noverride: {error: [DL3002]}\ntrustedRegistries: docker.io\nlabel-schema: {author: text}\nfailure-threshold: style\n")
	f.Add("ignored: &a [*a]\n")
	f.Fuzz(func(t *testing.T, text string) {
		h := policy.ParseHadolint(source.NewFile(".hadolint.yaml", text))
		for _, p := range h.Problems {
			require.NotEmpty(t, p.Reason)
		}
	})
}
