//go:build e2e

package e2e

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/image/imagetest"
	"github.com/tidewaiter/tidewaiter/internal/registry"
)

// warned is one warning of a builder: the check and the lines that it marks.
type warned struct {
	check string
	lines []int
}

var (
	warningHead = regexp.MustCompile(`^WARNING: (\w+)`)
	markedLine  = regexp.MustCompile(`^ *(\d+) \| >>>`)
)

// checksOfBuildkit asks a builder to lint the Dockerfile of a folder, and reads
// what it prints.
func checksOfBuildkit(t *testing.T, dir string) []warned {
	t.Helper()
	out := command{}.must(t, tool(t, "buildctl"), "--addr="+buildkit.need(t), "build", "--progress=plain", "--frontend=dockerfile.v0",
		"--opt=requestid=frontend.lint", "--local=context="+dir, "--local=dockerfile="+dir)
	var found []warned
	for line := range strings.Lines(out) {
		if m := warningHead.FindStringSubmatch(line); m != nil {
			found = append(found, warned{check: m[1]})
		} else if m := markedLine.FindStringSubmatch(line); m != nil && len(found) > 0 {
			n, err := strconv.Atoi(m[1])
			require.NoError(t, err)
			found[len(found)-1].lines = append(found[len(found)-1].lines, n)
		}
	}
	return found
}

// checkFiles are Dockerfiles that each check of BuildKit speaks of, with the
// number of its warnings in all. BASE is an image for another architecture.
var checkFiles = map[string]map[string]string{
	"names":     {"Dockerfile": "FROM scratch as Base\nFROM scratch AS base\nFROM scratch AS context\nfrom scratch \\\n  AS Other\n"},
	"casing":    {"Dockerfile": "FROM scratch\nenv A=1 \\\n  B=2\nCopy x y\n", "x": "x"},
	"arguments": {"Dockerfile": "ARG TAG=\nARG PLATFORM=linux/amd64\nFROM --platform=$TARGETPLATFORM scratch AS a\nFROM --platform=linux/arm64 scratch AS b\nFROM scratch${NOTHING} AS c\nFROM --platform=$PLATFORM scratch AS d\nFROM ${TAG:-scratch} AS e\n"},
	"default":   {"Dockerfile": "ARG BASE\nFROM scratch AS a\nFROM $BASE AS b\nFROM scratch:$BASE\n"},
	"commands":  {"Dockerfile": "FROM scratch\nMAINTAINER me\nCMD run \\\n  it\nCMD [\"run\"]\nENTRYPOINT run\nHEALTHCHECK NONE\nHEALTHCHECK CMD [\"x\"]\nENTRYPOINT [\"x\"]\n"},
	"values":    {"Dockerfile": "FROM scratch\nENV a b\nLABEL c d \\\n\n  e\nARG GITHUB_TOKEN\nENV API_KEY=x \\\n  PASSWORD=y\nWORKDIR app\nWORKDIR lib\n"},
	"ports":     {"Dockerfile": "FROM scratch\nEXPOSE 80/TCP 81/udp\nEXPOSE 127.0.0.1:80:80 \\\n  90:91/tcp\nEXPOSE 1-3 8080\n"},
	"variables": {"Dockerfile": "FROM scratch\nARG A\nUSER $B\nCOPY --chown=$A ${C:-x} \\\n  /$D/\nENV E=$E F=$A\n", "x": "x"},
	"ignored":   {"Dockerfile": "FROM scratch\nCOPY secret.txt \\\n  kept.txt /\nADD logs/a.log /\nCOPY . /all/\n", ".dockerignore": "*.txt\nlogs\n", "secret.txt": "x", "kept.txt": "x", "logs/a.log": "x"},
	"described": {"Dockerfile": "# check=experimental=all\n\n# the base\nFROM scratch AS base\n# base is this\nFROM scratch AS base2\n# what\nARG VERSION=1\n"},
	"platform":  {"Dockerfile": "FROM BASE AS a\nUSER $HOME_OF_BASE\nUSER $NOWHERE\nWORKDIR $HOME_OF_BASE\nFROM --platform=linux/arm64 BASE AS b\nFROM a\nUSER $ELSE\n"},
	"skipped":   {"Dockerfile": "# escape=`\nFROM scratch\nENV A=1 `\n\n  B=2\n# a comment\nMAINTAINER `\n  me\n"},
	"silent":    {"Dockerfile": "ARG V=1\nFROM scratch AS one\nENV A=$PATH\nFROM one\nCOPY --from=one a /\nRUN [\"/x\"]\nUSER 1\nENTRYPOINT [\"/x\"]\n"},
}

// TestChecksAreThoseOfBuildkit holds that each warning of a real builder is
// exactly one finding within the lines that it marks, that nothing is called
// BuildKit's where it is silent, and that all 22 checks were seen.
func TestChecksAreThoseOfBuildkit(t *testing.T) {
	spec := imagetest.Spec{Platform: registry.Platform{OS: "linux", Architecture: "arm64"}, Config: imagetest.Config{Env: []string{"HOME_OF_BASE=/srv"}},
		Layers: []imagetest.LayerSpec{{Files: []imagetest.FileSpec{{Path: "x", Data: []byte("x")}}}}}
	base := pushSpec(t, spec, distribution.need(t)+"/acme/other:1")
	seen := map[string]int{}
	for name, files := range checkFiles {
		t.Run(name, func(t *testing.T) {
			files["Dockerfile"] = strings.ReplaceAll(files["Dockerfile"], " BASE ", " "+base+" ")
			dir := write(t, files)
			require.NoError(t, spec.WriteLayout(filepath.Join(dir, "layout")))
			theirs := checksOfBuildkit(t, dir)
			config := write(t, map[string]string{"tidewaiter.yaml": fmt.Sprintf("version: 1\nbases: {%q: %q}\n", base, "oci:layout")})
			for _, w := range theirs {
				seen[w.check]++
			}
			compareChecks(t, theirs, ourChecks(t, dir, filepath.Join(config, "tidewaiter.yaml")))
		})
	}
	require.Len(t, seen, 22, "%v", seen)
}

// found is one of our findings that says what a check of BuildKit says.
type found struct {
	check, rule string
	line        int
}

func ourChecks(t *testing.T, dir, config string) []found {
	t.Helper()
	var out []found
	for _, f := range check(t, []int{0, 1}, nil, dir, "--rules", "all", "--config", config).Findings {
		for _, alias := range f.Aliases {
			if name, ok := strings.CutPrefix(alias, "buildkit:"); ok {
				out = append(out, found{check: name, rule: f.Rule, line: f.Line})
			}
		}
	}
	return out
}

func compareChecks(t *testing.T, theirs []warned, ours []found) {
	t.Helper()
	for _, w := range theirs {
		i := slices.IndexFunc(ours, func(f found) bool { return f.check == w.check && slices.Contains(w.lines, f.line) })
		if i < 0 {
			t.Errorf("BuildKit warns of %s in lines %v, and nothing here does", w.check, w.lines)
			continue
		}
		ours = slices.Delete(ours, i, i+1)
	}
	require.Empty(t, ours, "findings where BuildKit is silent; it says %v", theirs)
}
