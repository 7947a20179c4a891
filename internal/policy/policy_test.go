package policy_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/policy"
	"github.com/tidewaiter/tidewaiter/internal/registry"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var now = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

func known() []rule.Rule {
	return []rule.Rule{
		{ID: "TW-T001", Name: "root-user", Severity: rule.High, Profile: rule.Default, Aliases: []string{"hadolint:DL3002"}},
		{ID: "TW-T002", Name: "image-age", Severity: rule.Low, Profile: rule.Default,
			Settings: []rule.Setting{{Name: "max-days", Default: 90}, {Name: "paths", Default: []string{}}}},
		{ID: "TW-T003", Name: "casing", Severity: rule.Info, Profile: rule.Tidy},
		{ID: "TW-T004", Name: "harsh", Severity: rule.Medium, Profile: rule.Strict},
	}
}

func compile(t *testing.T, yaml string, o policy.Overrides) (*policy.Policy, error) {
	t.Helper()
	f := source.NewFile("tidewaiter.yaml", yaml)
	c, err := policy.Parse(f)
	if err != nil {
		return nil, err
	}
	return policy.Compile(f, c, policy.Hadolint{}, o, known())
}

func ids(p *policy.Policy) []string {
	var out []string
	for _, c := range p.Rules {
		out = append(out, c.Rule.ID)
	}
	return out
}

func TestProfilesAndRules(t *testing.T) {
	for _, c := range []struct {
		yaml, flag string
		want       []string
	}{
		{"", "", []string{"TW-T001", "TW-T002"}},
		{"profile: strict", "", []string{"TW-T001", "TW-T002", "TW-T004"}},
		{"profile: strict", "all", []string{"TW-T001", "TW-T002", "TW-T003", "TW-T004"}},
		{"profile: tidy", "", []string{"TW-T001", "TW-T002", "TW-T003"}},
		{"rules: {root-user: off}", "", []string{"TW-T002"}},
		{"rules: {'hadolint:DL3002': off, casing: on}", "", []string{"TW-T002", "TW-T003"}},
		{"rules: {casing: medium}", "", []string{"TW-T001", "TW-T002", "TW-T003"}},
		{"", "casing, TW-T004", []string{"TW-T003", "TW-T004"}},
		{"rules: {casing: off}", "casing,harsh", []string{"TW-T004"}},
	} {
		p, err := compile(t, "version: 1\n"+c.yaml, policy.Overrides{Rules: c.flag})
		require.NoError(t, err, c.yaml)
		require.Equal(t, c.want, ids(p), "%s with --rules %q", c.yaml, c.flag)
	}
}

func TestSettingsAndSeverity(t *testing.T) {
	p, err := compile(t, "version: 1\nrules:\n  image-age: {severity: medium, settings: {max-days: 60, paths: [a, b]}}\n", policy.Overrides{})
	require.NoError(t, err)
	require.Equal(t, rule.Medium, p.Rules[1].Severity)
	require.Equal(t, map[string]any{"max-days": 60, "paths": []string{"a", "b"}}, p.Rules[1].Settings)
}

func TestKubernetesVersionsReachTheRulesThatAsk(t *testing.T) {
	asks := []rule.Rule{{ID: "TW-T005", Name: "asks", Profile: rule.Default, Settings: []rule.Setting{{Name: "kubernetes-versions", Default: []string{}}}}}
	for yaml, want := range map[string][]string{
		"version: 1\nkubernetes-versions: [\"1.36\"]":                                                               {"1.36"},
		"version: 1\nkubernetes-versions: [\"1.36\"]\nrules: {asks: {settings: {kubernetes-versions: [\"1.30\"]}}}": {"1.30"},
	} {
		c, err := policy.Parse(source.NewFile("tidewaiter.yaml", yaml))
		require.NoError(t, err)
		p, err := policy.Compile(nil, c, policy.Hadolint{}, policy.Overrides{}, asks)
		require.NoError(t, err)
		require.Equal(t, want, p.Rules[0].Settings["kubernetes-versions"])
	}
}

func TestAge(t *testing.T) {
	for word, want := range map[string]time.Duration{"5d": 120 * time.Hour, "36h": 36 * time.Hour} {
		c, err := policy.Parse(source.NewFile("tidewaiter.yaml", "version: 1\nadvisories: {max-age: "+word+"}"))
		require.NoError(t, err)
		require.Equal(t, policy.Age(want), c.Advisories.MaxAge)
	}
}

// Every mistake names its file and line and what to write instead.
func TestMistakes(t *testing.T) {
	for yaml, want := range map[string]string{
		"version: 2":                                                               "version 2 is not known",
		"version: 1\nfail-one: high":                                               `tidewaiter.yaml:2`,
		"version: 1\nfail-on: hgih":                                                "critical, high, medium, low, info, or never",
		"version: 1\nrules: {root-usr: off}":                                       `did you mean "root-user"`,
		"version: 1\nrules: {root-user: loud}":                                     "or on, or off",
		"version: 1\nrules: {image-age: {settings: {max-day: 3}}}":                 `did you mean "max-days"`,
		"version: 1\nrules: {image-age: {settings: {max-days: soon}}}":             "no whole number",
		"version: 1\nrules: {image-age: {settings: {paths: 3}}}":                   "no list",
		"version: 1\nprofile: strickt":                                             `did you mean "strict"`,
		"version: 1\nwaivers:\n- {rule: root-user, expires: 2027-01-31}":           "tidewaiter.yaml:3: waiver without a reason",
		"version: 1\nwaivers:\n- {rule: root-user, reason: x}":                     "waiver without an end",
		"version: 1\nwaivers:\n- {reason: x, expires: 2027-01-31}":                 "match every finding",
		"version: 1\nwaivers:\n- {rule: root-usr, reason: x, expires: 2027-01-31}": `did you mean "root-user"`,
		"version: 1\nwaivers:\n- {rule: root-user, reason: x, expires: soon}":      "YYYY-MM-DD",
		"version: 1\nadvisories: {max-age: old}":                                   `"old" is no age`,
		"version: 1\nsign: {log: private}":                                         `"private" is neither auto`,
		"version: 1\nversion: 1":                                                   "version",
		"- a\n- b":                                                                 "tidewaiter.yaml:1",
	} {
		_, err := compile(t, yaml, policy.Overrides{})
		var config *policy.ConfigError
		require.ErrorAs(t, err, &config, yaml)
		require.ErrorContains(t, err, want, yaml)
	}
	_, err := compile(t, "version: 1", policy.Overrides{FailOn: "loud"})
	require.ErrorContains(t, err, `"loud"`)
}

func finding(r *rule.Rule, f *source.File, line int) rule.Finding {
	return rule.Finding{Rule: r, Severity: r.Severity, Message: "m", At: f.LineSpan(line), Key: "k"}
}

func TestJudge(t *testing.T) {
	rules := known()
	f := source.NewFile("Dockerfile", "a\nb\nc\nd\n")
	findings := []rule.Finding{finding(&rules[0], f, 1), finding(&rules[0], f, 2), finding(&rules[0], f, 3), finding(&rules[1], f, 4)}
	project := &facts.Project{
		Ignores: []source.Ignore{
			{At: f.LineSpan(1), Rules: []string{"hadolint:DL3002"}, Foreign: "hadolint", First: 1, Last: 1},
			{At: f.LineSpan(1), Rules: []string{"root-user"}, First: 3, Last: 3}, // no reason
		},
		Images: []*image.Image{{Resolved: registry.Resolved{Digest: "sha256:1"}}},
	}
	p, err := compile(t, "version: 1\nwaivers:\n- {rule: root-user, path: Dockerfile, reason: known, expires: 2026-10-01, owner: ops}\n", policy.Overrides{})
	require.NoError(t, err)
	v := policy.Judge(p, findings, project, now)
	var status []policy.Status
	var blocking []bool
	for _, j := range v.Findings() {
		status = append(status, j.Status)
		blocking = append(blocking, j.Blocking)
	}
	require.Equal(t, []policy.Status{policy.Ignored, policy.Open, policy.Open, policy.Open}, status, "neither an expired waiver nor an ignore without a reason counts")
	require.Equal(t, []bool{false, true, true, false}, blocking)
	require.False(t, v.Passed())
	require.Equal(t, "sha256:1", v.Subjects()[0].Digest)

	valid, err := compile(t, "version: 1\nwaivers:\n- {rule: root-user, path: Dockerfile, reason: known, expires: 2026-11-01, owner: ops}\n", policy.Overrides{})
	require.NoError(t, err)
	v = policy.Judge(valid, findings, project, now)
	require.True(t, v.Passed(), "what is waived does not block, and the last day counts")
	require.Equal(t, policy.Waived, v.Findings()[1].Status)
	require.Equal(t, "ops", v.Findings()[1].WaiverOwner)

	never, err := compile(t, "version: 1", policy.Overrides{FailOn: "never"})
	require.NoError(t, err)
	require.True(t, policy.Judge(never, findings, project, now).Passed())
	low, err := compile(t, "version: 1\nfail-on: low", policy.Overrides{})
	require.NoError(t, err)
	require.True(t, policy.Judge(low, findings[3:], &facts.Project{}, now).Findings()[0].Blocking)
}

func TestFingerprints(t *testing.T) {
	rules := known()
	at := func(text string, line int) rule.Finding {
		return finding(&rules[0], source.NewFile("Dockerfile", text), line)
	}
	p, err := compile(t, "version: 1", policy.Overrides{})
	require.NoError(t, err)
	prints := func(fs ...rule.Finding) []string {
		var out []string
		for _, j := range policy.Judge(p, fs, &facts.Project{}, now).Findings() {
			out = append(out, j.Fingerprint)
		}
		return out
	}
	one := prints(at("a\n", 1), at("a\nb\n", 2))
	require.NotEqual(t, one[0], one[1], "equals are told apart by their ordinal")
	require.Len(t, one[0], 16)
	require.Equal(t, one, prints(at("x\na\n", 2), at("x\ny\nb\n", 3)), "moved lines keep their fingerprints")
}

func TestDigestNamesThePolicy(t *testing.T) {
	a, err := compile(t, "version: 1\n", policy.Overrides{})
	require.NoError(t, err)
	b, err := compile(t, "version: 1\nfail-on: low\n", policy.Overrides{})
	require.NoError(t, err)
	c, err := compile(t, "version: 1\n", policy.Overrides{FailOn: "low"})
	require.NoError(t, err)
	require.Regexp(t, `^sha256:[0-9a-f]{64}$`, a.Digest)
	require.NotEqual(t, a.Digest, b.Digest)
	require.NotEqual(t, a.Digest, c.Digest)
}

// What a person asks for on the command line is not widened by the file, but
// what the file switches off stays off.
func TestTheFlagChoosesAndTheFileOnlyTakesAway(t *testing.T) {
	p, err := compile(t, "version: 1\nrules: {casing: on, image-age: off}\n", policy.Overrides{Rules: "root-user,image-age"})
	require.NoError(t, err)
	require.Equal(t, []string{"TW-T001"}, ids(p))

	p, err = compile(t, "version: 1\nrules: {casing: on, image-age: off}\n", policy.Overrides{})
	require.NoError(t, err)
	require.Equal(t, []string{"TW-T001", "TW-T003"}, ids(p))
}

func TestWaiverLimit(t *testing.T) {
	waiver := "\n- {rule: root-user, reason: x, expires: 2027-01-01}"
	_, err := compile(t, "waivers:"+strings.Repeat(waiver, policy.MaxWaivers), policy.Overrides{})
	require.NoError(t, err)
	_, err = compile(t, "waivers:"+strings.Repeat(waiver, policy.MaxWaivers+1), policy.Overrides{})
	require.ErrorContains(t, err, "tidewaiter.yaml:5002: more than the limit of 5000 waivers")
}

func TestBuildContextsOfTheConfiguration(t *testing.T) {
	parse := func(text string) (policy.Config, error) {
		return policy.Parse(source.NewFile("tidewaiter.yaml", "version: 1\nimages:\n"+text))
	}
	c, err := parse("  - {dockerfile: ./docker/Dockerfile, context: ./}\n  - {dockerfile: a/Dockerfile, context: 'a\\b/'}\n  - {ref: x.example/y, dockerfile: c/Dockerfile}\n")
	require.NoError(t, err)
	require.Equal(t, map[string]string{"docker/Dockerfile": ".", "a/Dockerfile": "a/b"}, c.Contexts())
	for text, want := range map[string]string{
		"  - {dockerfile: a/Dockerfile, context: ../x}\n":                `tidewaiter.yaml:3:5: images: context "../x" is no folder inside the repository`,
		"  - {dockerfile: a/Dockerfile, context: https://x.example/y}\n": "",
		"  - {dockerfile: a/Dockerfile, context: /srv}\n":                `context "/srv" is no folder inside the repository`,
		"  - {ref: x.example/y, context: app}\n":                         `context "app" says nothing without the dockerfile`,
		"  - {dockerfile: a/Dockerfile, contxt: app}\n":                  "context",
	} {
		_, err := parse(text)
		if want == "" {
			continue
		}
		require.ErrorContains(t, err, want)
	}
}
