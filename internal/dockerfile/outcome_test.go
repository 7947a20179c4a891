package dockerfile_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// TestHolds asks of the command "check" which of the commands after it run only
// where it succeeded.
func TestHolds(t *testing.T) {
	for script, want := range map[string]string{
		"check":                                      "always",
		"check && a && b":                            "always",
		"check; a":                                   "",
		"check && a; b":                              "a",
		"check && a || b":                            "a",
		"{ check; } && a; b":                         "a",
		"(check) && a; b":                            "a",
		"set -e; check; a":                           "always",
		"set -eux; check; a":                         "always",
		"set -o errexit; check; a":                   "always",
		"set -e; set +e; check; a":                   "",
		"set -e; check && a; b":                      "a",
		"set -e; x && check; b":                      "always",
		"set -e; (check && a); b":                    "always",
		"check || true":                              "",
		"check || exit 1; a":                         "always",
		"check || exit; a":                           "always",
		"check || exit 0; a":                         "",
		"check || { echo bad; exit 1; }; a":          "always",
		"check || (echo bad && false)":               "always",
		"check || a && b":                            "",
		"x || check":                                 "always",
		"! check && a":                               "",
		"if check; then a; fi; b":                    "a",
		"if check; then a; else exit 1; fi; b":       "always",
		"if ! check; then exit 1; fi; a":             "always",
		"if ! check; then a; fi; b":                  "",
		"if x; then check; fi":                       "always",
		"until check; do a; done; b":                 "always",
		"for f in a b; do check; a; done":            "",
		"set -e; for f in a b; do check; a; done; b": "always",
		"check | tee log":                            "",
		"x | check && a":                             "always",
		"set -o pipefail; check | a && b":            "always",
		"sh -c 'check && a'":                         "always",
		"sh -c 'check; a'":                           "",
		"sh -ec 'check; a'":                          "always",
		"sh -c 'check' || true":                      "",
		"X=$(check) && a":                            "always",
		"X=$(check); a":                              "",
		"a \"$(check)\"":                             "",
		"check & a":                                  "",
		"f() { check; }; f && a":                     "always",
		"case x in a) check;; esac":                  "always",
		"! check && exit 1; a":                       "always",
		"! check && a; b":                            "",
		"! check || exit 1":                          "",
		"time check && a":                            "always",
	} {
		f, err := dockerfile.Parse(source.NewFile("Dockerfile", "FROM a:1\nRUN "+script+"\n"))
		require.NoError(t, err)
		run := f.Stages[0].Instructions[0].Run
		got := "no check"
		for _, c := range run.Commands {
			if c.Name != "check" {
				continue
			}
			if got = ""; c.Holds == dockerfile.Always {
				got = "always"
				break
			}
			after := false
			for i, d := range run.Commands {
				if after && i < c.Holds {
					got += d.Name
				}
				after = after || d == c
			}
		}
		require.Equal(t, want, got, script)
	}
}

func TestHoldsElsewhere(t *testing.T) {
	for text, want := range map[string]int{
		"SHELL [\"/bin/bash\", \"-eo\", \"pipefail\", \"-c\"]\nRUN check | b; a": dockerfile.Always,
		"SHELL [\"/bin/bash\", \"-c\"]\nRUN check; a":                            1,
		"RUN <<EOF\nset -e\ncheck\na\nEOF":                                       dockerfile.Always,
		"RUN <<EOF\ncheck\na\nEOF":                                               1,
		"RUN <<EOF\n#!/bin/bash -e\ncheck\na\nEOF":                               dockerfile.Always,
		"RUN <<EOF bash -e\ncheck\na\nEOF":                                       dockerfile.Always,
		"RUN [\"check\"]":                                                        dockerfile.Always,
		"RUN [\"sh\", \"-c\", \"check; a\"]":                                     2,
	} {
		f, err := dockerfile.Parse(source.NewFile("Dockerfile", "FROM a:1\n"+text+"\n"))
		require.NoError(t, err)
		in := f.Stages[0].Instructions
		for _, c := range in[len(in)-1].Run.Commands {
			if c.Name == "check" {
				require.Equal(t, want, c.Holds, text)
			}
		}
	}
}

func TestDir(t *testing.T) {
	for script, want := range map[string]string{
		"check":                      "/w",
		"cd /tmp && check":           "/tmp",
		"cd a && cd b && check":      "/w/a/b",
		"(cd /tmp) && check":         "/w",
		"cd /tmp && cd - && check":   "/w",
		"cd && check":                "~",
		"cd $D/x && check":           "$D/x",
		"cd a && cd .. && check":     "/w",
		"pushd a && popd && check":   "/w",
		"sh -c 'cd /tmp && check'":   "/tmp",
		"sh -c 'cd /tmp'; check":     "/w",
		"cd /tmp | x; check":         "/w",
		"x $(cd /y); check":          "/w",
		"if cd /tmp; then check; fi": "/tmp",
	} {
		f, err := dockerfile.Parse(source.NewFile("Dockerfile", "FROM a:1 AS b\nWORKDIR /v\nFROM b\nWORKDIR ../w\nRUN "+script+"\n"))
		require.NoError(t, err)
		for _, c := range f.Stages[1].Instructions[1].Run.Commands {
			if c.Name == "check" {
				require.Equal(t, want, c.Dir, script)
			}
		}
	}
}
