package policy_test

import (
	"testing"

	"github.com/tidewaiter/tidewaiter/internal/policy"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// No configuration makes the reader panic, and one that is accepted compiles or
// says why not.
func FuzzConfig(f *testing.F) {
	f.Add("version: 1\nfail-on: high\nrules: {root-user: off, image-age: {severity: medium, settings: {max-days: 60}}}\n")
	f.Add("version: 1\nwaivers: [{rule: root-user, reason: r, expires: 2027-01-31}]\n")
	f.Add("rules: &a {root-user: *a}\n")
	f.Add("- 1\n---\n- 2\n")
	f.Fuzz(func(t *testing.T, text string) {
		file := source.NewFile("tidewaiter.yaml", text)
		c, err := policy.Parse(file)
		if err != nil {
			return
		}
		if p, err := policy.Compile(file, c, policy.Hadolint{}, policy.Overrides{}, known()); err == nil {
			p.Skip("a/b")
		}
	})
}
