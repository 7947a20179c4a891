//go:build e2e

package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// requireValidSARIF holds a file to the rules of SARIF and of GitHub's code
// scanning by Microsoft's validator: no error and no warning. That exits with 0
// whatever it finds, so its log is read.
func requireValidSARIF(t *testing.T, file string) {
	t.Helper()
	log := filepath.Join(t.TempDir(), "log.sarif")
	command{dir: filepath.Dir(file)}.must(t, tool(t, "sarif-multitool"), "validate", file, "--rule-kind", "Sarif;Gh",
		"--level", "Error;Warning", "--output", log, "--log", "ForceOverwrite")
	data, err := os.ReadFile(log)
	require.NoError(t, err)
	problems, err := sarifProblems(data)
	require.NoError(t, err)
	require.Empty(t, problems, "the SARIF multitool on %s", file)
}

// sarifProblems returns what a log of the validator holds against a file.
func sarifProblems(log []byte) ([]string, error) {
	var doc struct {
		Runs []struct {
			Results []struct {
				RuleID  string
				Message struct {
					ID        string
					Arguments []string
				}
				Locations []struct {
					PhysicalLocation struct{ Region struct{ StartLine int } }
				}
			}
			Invocations []struct {
				ToolExecutionNotifications []struct {
					Level   string
					Message struct{ Text string }
				}
			}
		}
	}
	if err := json.Unmarshal(bytes.TrimPrefix(log, []byte("\ufeff")), &doc); err != nil {
		return nil, err
	}
	if len(doc.Runs) != 1 {
		return nil, fmt.Errorf("the validator's log holds %d runs", len(doc.Runs))
	}
	var out []string
	for _, r := range doc.Runs[0].Results {
		line := 0
		if len(r.Locations) > 0 {
			line = r.Locations[0].PhysicalLocation.Region.StartLine
		}
		out = append(out, fmt.Sprintf("line %d: %s %s %s", line, r.RuleID, r.Message.ID, strings.Join(r.Message.Arguments, ", ")))
	}
	for _, i := range doc.Runs[0].Invocations {
		for _, n := range i.ToolExecutionNotifications {
			if n.Level == "error" {
				out = append(out, "the validator itself: "+n.Message.Text)
			}
		}
	}
	return out, nil
}

// TestSARIFValidatorSeesFaults holds the check itself: a file without locations
// is refused.
func TestSARIFValidatorSeesFaults(t *testing.T) {
	dir := write(t, map[string]string{"bad.sarif": `{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0",
		"runs":[{"tool":{"driver":{"name":"x"}},"results":[{"message":{"text":"no place"}}]}]}`})
	log := filepath.Join(dir, "log.sarif")
	command{dir: dir}.must(t, tool(t, "sarif-multitool"), "validate", "bad.sarif", "--rule-kind", "Sarif;Gh", "--level", "Error;Warning", "--output", log)
	data, err := os.ReadFile(log)
	require.NoError(t, err)
	problems, err := sarifProblems(data)
	require.NoError(t, err)
	require.NotEmpty(t, problems)
}

func TestSARIFOfTheCorpus(t *testing.T) {
	for _, name := range repositories(t) {
		t.Run(name, func(t *testing.T) {
			requireValidSARIF(t, sarifOf(t, "--rules", "all", filepath.Join(corpus(t), name)))
		})
	}
}

// TestSARIFOfFixtures validates what is written for repositories that are hard
// to write about: strange names, hostile text, nothing at all, a broken file.
func TestSARIFOfFixtures(t *testing.T) {
	hostile := "##[stop-commands]x ::error::x {0} [a](1) \u202e \x1b[31m ${{ secrets.X }} 100%"
	for name, files := range map[string]map[string]string{
		"empty":          {"README": "nothing"},
		"strange names":  {"a b/ü%20#?[x]/Dockerfile": "FROM alpine\n", "deep/'quoted'/Dockerfile": "FROM alpine\nUSER root\n"},
		"hostile text":   {"Dockerfile": "FROM alpine:" + "latest\nENV PASSWORD=\"" + hostile + "\"\nRUN curl http://x | sh # " + hostile + "\n"},
		"unreadable":     {"Dockerfile": "FRMO alpine\n", "k/kustomization.yaml": "resources: [absent.yaml]\n", "bad.yaml": "a: [\n"},
		"several worlds": {"Dockerfile": "FROM golang\nUSER root\n", "pod.yaml": privilegedPod},
		"waived": {"Dockerfile": "FROM golang\n# tidewaiter:ignore root-user until=2099-01-31 reason=\"" + "a test\"\nUSER root\n",
			"tidewaiter.yaml": "version: 1\nwaivers: [{rule: untagged-base, reason: " + "a test, expires: 2099-01-31}]\n"},
	} {
		t.Run(name, func(t *testing.T) {
			requireValidSARIF(t, sarifOf(t, "--rules", "all", write(t, files)))
		})
	}
}

// TestSARIFOfAnImage validates findings in layers, with and without an
// instruction to point at.
func TestSARIFOfAnImage(t *testing.T) {
	s := newShop(t)
	image := s.assembled(t)
	advisories := filepath.Join(s.dir, "advisories")
	requireValidSARIF(t, sarifOf(t, "--rules", "all", "--advisories", advisories, "--image", image, s.dir))
	requireValidSARIF(t, sarifOf(t, "--rules", "all", "--advisories", advisories, "--image", image, write(t, map[string]string{"README": ""})))
}

// TestSARIFOfAnError validates the file of a run that could not decide.
func TestSARIFOfAnError(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out.sarif")
	got := tidewaiter(t, nil, "check", "--offline", "--output", "sarif="+out, "--image", "oci:/nonexistent", write(t, nil))
	require.Equal(t, 3, got.code, got.stderr)
	requireValidSARIF(t, out)
}

// sarifOf judges a repository and returns the SARIF file.
func sarifOf(t *testing.T, args ...string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "out.sarif")
	got := tidewaiter(t, nil, append([]string{"check", "--offline", "--output", "sarif=" + out}, args...)...)
	require.Contains(t, []int{0, 1}, got.code, got.stderr)
	return out
}

const privilegedPod = `apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  hostNetwork: true
  containers:
    - name: c
      image: nginx
      securityContext: {privileged: true}
`
