package gate_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/gate"
)

const (
	appFile = "FROM alpine:3.22\nUSER 1000\nCMD [\"/app\"]\n"
	badFile = "FROM alpine:3.22\nUSER root\nCMD [\"/app\"]\n"
	ignored = "FROM alpine:3.22\n# tidewaiter:ignore root-user reason=\"trust me\"\nUSER root\nCMD [\"/app\"]\n"
	config  = "version: 1\nfail-on: high\n"
)

// attempts are ways in which a pull request may try to silence its own gate. Each
// fails, or is shown first.
var attempts = map[string]struct {
	before, after map[string]string
	fork          bool
	result        string
	note          string // stands first
}{
	"threshold": {map[string]string{"tidewaiter.yaml": config, "Dockerfile": appFile}, map[string]string{"tidewaiter.yaml": "version: 1\nfail-on: never\n", "Dockerfile": badFile},
		false, "fail", "This change alters the policy. It does not count yet; with it, 1 finding that block now would not"},
	"rule off": {map[string]string{"tidewaiter.yaml": config, "Dockerfile": appFile}, map[string]string{"tidewaiter.yaml": "version: 1\nrules: {root-user: off}\n", "Dockerfile": badFile},
		false, "fail", "This change alters the policy"},
	"path excluded": {map[string]string{"tidewaiter.yaml": config, "Dockerfile": appFile}, map[string]string{"tidewaiter.yaml": "version: 1\npaths: {exclude: [\"**\"]}\n", "Dockerfile": badFile},
		false, "fail", "This change alters the policy"},
	"waiver": {map[string]string{"tidewaiter.yaml": config, "Dockerfile": appFile},
		map[string]string{"tidewaiter.yaml": config + "waivers: [{rule: root-user, reason: trust me, expires: 2027-01-01}]\n", "Dockerfile": badFile}, false, "fail", "This change alters the policy"},
	"configuration where there was none": {map[string]string{"Dockerfile": appFile}, map[string]string{"tidewaiter.yaml": "version: 1\nfail-on: never\n", "Dockerfile": badFile},
		false, "pass", "The configuration is that of this change: there is none in the state before"},
	"configuration of a fork where there was none": {map[string]string{"Dockerfile": appFile}, map[string]string{"tidewaiter.yaml": "version: 1\nfail-on: never\n", "Dockerfile": badFile},
		true, "fail", "The configuration that this change brings does not count, since it comes from a fork"},
	"configuration deleted": {map[string]string{"tidewaiter.yaml": "version: 1\nfail-on: low\n", "Dockerfile": appFile}, map[string]string{"tidewaiter.yaml": "", "Dockerfile": badFile},
		false, "fail", ""},
	"foreign file changed": {map[string]string{".hadolint.yaml": "ignored: [DL3008]\n", "Dockerfile": appFile}, map[string]string{".hadolint.yaml": "ignored: [DL3002]\n", "Dockerfile": badFile},
		false, "fail", "This change alters the policy"},
	"foreign file of a fork": {map[string]string{"Dockerfile": appFile}, map[string]string{".hadolint.yaml": "ignored: [DL3002]\nno-fail: true\n", "Dockerfile": badFile},
		true, "fail", "The configuration of hadolint that this change brings does not count"},
	"ignore comment": {map[string]string{"Dockerfile": appFile}, map[string]string{"Dockerfile": ignored}, false, "pass", "This change silences 1 finding."},
	"ignore comment of a fork": {map[string]string{"Dockerfile": appFile}, map[string]string{"Dockerfile": ignored}, true, "fail",
		"Ignore comments for 1 finding do not count"},
	"an ignore comment moved": {map[string]string{"a/Dockerfile": ignored, "b/Dockerfile": appFile}, map[string]string{"a/Dockerfile": appFile, "b/Dockerfile": ignored}, true, "fail",
		"Ignore comments for 1 finding do not count"},
	"foreign ignore comment of a fork": {map[string]string{"Dockerfile": appFile}, map[string]string{"Dockerfile": strings.Replace(badFile, "USER", "# hadolint ignore=DL3002 # ok\nUSER", 1)},
		true, "fail", "Ignore comments for 1 finding do not count"},
	"moved to where nothing is judged": {map[string]string{"tidewaiter.yaml": config + "paths: {exclude: [\"third_party/**\"]}\n", "Dockerfile": badFile},
		map[string]string{"Dockerfile": "", "third_party/Dockerfile": badFile}, false, "pass", "third_party/Dockerfile: Dockerfile was moved here, where nothing is judged"},
	"renamed to what is no name of a Dockerfile": {map[string]string{"Dockerfile": badFile}, map[string]string{"Dockerfile": "", "build.txt": badFile}, false, "pass",
		"build.txt: Dockerfile was moved here, where nothing is judged"},
	"baseline of a fork": {map[string]string{"Dockerfile": appFile},
		map[string]string{"Dockerfile": badFile, "tidewaiter.baseline": "TW-D002 root-user 0123456789abcdef 0123456789abcdef Dockerfile\n"}, true, "fail",
		"The baseline that this change brings does not count"},
}

func TestAPullRequestCannotSilenceItsGate(t *testing.T) {
	for name, a := range attempts {
		t.Run(name, func(t *testing.T) {
			r := compared(t, gate.Comparison{Governed: true, Lenient: true, Fork: a.fork}, a.before, a.after)
			require.Equal(t, a.result, r.Result, r.Change.Notes)
			if a.note != "" {
				require.Contains(t, strings.Join(r.Change.Notes, "\n"), a.note)
			}
		})
	}
}

func TestAnAcceptedIgnoreStillCounts(t *testing.T) {
	for _, fork := range []bool{false, true} {
		r := compared(t, gate.Comparison{Governed: true, Fork: fork}, map[string]string{"Dockerfile": ignored}, map[string]string{"Dockerfile": "# more\n" + ignored})
		require.Equal(t, "pass", r.Result)
		require.Zero(t, r.Change.Silenced+r.Change.Refused)
	}
}

func TestWithoutTheStateBeforeEverythingIsNew(t *testing.T) {
	dir := repo(t, map[string]string{"Dockerfile": ignored, "tidewaiter.yaml": "version: 1\nfail-on: never\n"})
	since := strings.Repeat("0a", 20)
	run := func(c gate.Comparison) (*gate.Result, error) {
		return gate.Run(t.Context(), env(t), gate.Options{Path: dir, Compare: &c})
	}
	r, err := run(gate.Comparison{Since: since, Lenient: true, Governed: true})
	require.NoError(t, err)
	require.Contains(t, r.Change.Notes[0], "Everything counts as new, since the state before this change cannot be had")
	require.NotEmpty(t, r.Change.Missing)
	require.Zero(t, r.Change.Silenced, "nobody can tell which ignore is new")

	r, err = run(gate.Comparison{Since: since, Lenient: true, Governed: true, Fork: true})
	require.NoError(t, err)
	require.Equal(t, "fail", r.Result, "a fork gets neither its configuration nor its ignores")

	_, err = run(gate.Comparison{Since: since})
	var usage *gate.UsageError
	require.ErrorAs(t, err, &usage)
}
