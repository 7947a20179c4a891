//go:build e2e

package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/image/imagetest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/rules"
	"github.com/tidewaiter/tidewaiter/internal/ruletest"
)

// requireValidSARIF holds files to the rules of SARIF and of GitHub's code
// scanning by Microsoft's validator: no error and no warning. One run of it
// takes seconds to start, so it is given many files.
func requireValidSARIF(t *testing.T, files ...string) {
	t.Helper()
	require.Empty(t, sarifProblems(t, files...), "the SARIF multitool's errors and warnings")
}

// sarifProblems returns what the validator holds against the files. It exits
// with 0 whatever it finds, so its log is read.
func sarifProblems(t *testing.T, files ...string) []string {
	t.Helper()
	log := filepath.Join(t.TempDir(), "log.sarif")
	got := command{limit: 10 * time.Minute}.must(t, tool(t, "sarif-multitool"), slices.Concat([]string{"validate"}, files,
		[]string{"--rule-kind", "Sarif;Gh", "--level", "Error;Warning",
			"--config", filepath.Join(here.root, "e2e/testdata/sarif-multitool.xml"), "--output", log, "--log", "ForceOverwrite"})...)
	require.Contains(t, got, fmt.Sprintf("Done. %d files scanned", len(files)), "the validator has not read every file")
	data, err := os.ReadFile(log)
	require.NoError(t, err)
	problems, err := readSARIFLog(data)
	require.NoError(t, err)
	return problems
}

// readSARIFLog returns the results of a log of the validator, and what went
// wrong with it itself.
func readSARIFLog(log []byte) ([]string, error) {
	var doc struct {
		Runs []struct {
			Results []struct {
				RuleID  string
				Message struct {
					ID        string
					Arguments []string
				}
				Locations []struct {
					PhysicalLocation struct {
						ArtifactLocation struct{ URI string }
						Region           struct{ StartLine int }
					}
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
		place := "no place"
		if len(r.Locations) > 0 {
			at := r.Locations[0].PhysicalLocation
			place = fmt.Sprintf("%s:%d", at.ArtifactLocation.URI, at.Region.StartLine)
		}
		out = append(out, fmt.Sprintf("%s: %s %s %s", place, r.RuleID, r.Message.ID, strings.Join(r.Message.Arguments, ", ")))
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
	require.NotEmpty(t, sarifProblems(t, filepath.Join(dir, "bad.sarif")))
}

func TestSARIFOfTheCorpus(t *testing.T) {
	var files []string
	for _, name := range repositories(t) {
		files = append(files, sarifOf(t, "--rules", "all", filepath.Join(corpus(t), name)))
	}
	requireValidSARIF(t, files...)
}

// TestSARIFOfRuleExamples validates what is written for every example of every
// rule, images and advisory data included. A file lists the rules that ran, and
// the validator is slow over them all, so the examples that are files alone are
// judged side by side in one repository, and where the company of others changes
// what is found, by themselves and by their own rule.
func TestSARIFOfRuleExamples(t *testing.T) {
	var files []string
	repo := map[string]string{}
	alone := func(r rule.Rule, ex ruletest.Example) {
		out := sarifOf(t, exampleArgs(t, ex, r.ID)...)
		if len(ex.Settings)+len(ex.Bases) == 0 && notAlone[r.ID] == "" { // else the program cannot be told all of it
			assert.True(t, rulesIn(t, out)[r.ID], "%s: its example has no such result", r.ID)
		}
		files = append(files, out)
	}
	for _, r := range rules.All() {
		for i, text := range r.Bad {
			ex := ruletest.Parse(text)
			if len(ex.Images)+len(ex.Advisories)+len(ex.Settings)+len(ex.Bases) > 0 {
				continue
			}
			for name, f := range ex.Files {
				repo[fmt.Sprintf("%s-%d/%s", r.ID, i, name)] = string(f.Data)
			}
		}
	}
	files = append(files, sarifOf(t, "--rules", "all", write(t, repo)))
	together := rulesIn(t, files[0])
	for _, r := range rules.All() {
		if together[r.ID] {
			continue
		}
		for _, text := range r.Bad {
			alone(r, ruletest.Parse(text))
		}
	}
	t.Logf("%d rules in one file, %d files", len(together), len(files))
	requireValidSARIF(t, files...)
}

// notAlone are rules whose examples say more than the program can be told with
// one rule on, and why.
var notAlone = map[string]string{
	"TW-D202": "follows on the other rules",
	"TW-X001": "its images have names that a manifest gives, layouts have none",
	"TW-X002": "its images have names that a manifest gives, layouts have none",
	"TW-X003": "its images have names that a manifest gives, layouts have none",
}

// rulesIn returns the rules that have results in a file.
func rulesIn(t *testing.T, file string) map[string]bool {
	t.Helper()
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	var doc struct {
		Runs []struct{ Results []struct{ RuleID string } }
	}
	require.NoError(t, json.Unmarshal(data, &doc))
	out := map[string]bool{}
	for _, run := range doc.Runs {
		for _, r := range run.Results {
			id, _, _ := strings.Cut(r.RuleID, "/") // a vulnerability is a rule of its own
			out[id] = true
		}
	}
	return out
}

// exampleArgs writes a rule's example to disk and returns the arguments that
// judge it.
func exampleArgs(t *testing.T, ex ruletest.Example, rules string) []string {
	t.Helper()
	repo := map[string]string{}
	for name, f := range ex.Files {
		repo[name] = string(f.Data)
	}
	args := []string{"--rules", rules, write(t, repo)}
	if len(ex.Advisories) > 0 {
		args = append(args, "--advisories", write(t, ex.Advisories))
	}
	for _, name := range ex.Images {
		var image txtar.Archive
		built := ""
		for _, f := range ex.Archive.Files {
			if f.Name == "image/"+name+"/built-by" {
				words := append(strings.Fields(string(f.Data)), "")
				built = ",dockerfile=" + words[0] + ",target=" + words[1]
			} else {
				image.Files = append(image.Files, f)
			}
		}
		spec, err := imagetest.Parse(&image, "image/"+name)
		require.NoError(t, err)
		dir := t.TempDir()
		require.NoError(t, spec.WriteLayout(dir))
		args = append(args, "--image", "oci:"+dir+built)
	}
	return args
}

// TestSARIFOfFixtures validates what is written for repositories that are hard
// to write about: strange names, hostile text, nothing at all, a broken file.
func TestSARIFOfFixtures(t *testing.T) {
	hostile := "##[stop-commands]x ::error::x {0} [a](1) \u202e \x1b[31m ${{ secrets.X }} 100%"
	var written []string
	for _, files := range map[string]map[string]string{
		"empty":          {"README": "nothing"},
		"strange names":  {"a b/ü%20#?[x]/Dockerfile": "FROM alpine\n", "deep/'quoted'/Dockerfile": "FROM alpine\nUSER root\n"},
		"hostile text":   {"Dockerfile": "FROM alpine:" + "latest\nENV PASSWORD=\"" + hostile + "\"\nRUN curl http://x | sh # " + hostile + "\n"},
		"unreadable":     {"Dockerfile": "FRMO alpine\n", "k/kustomization.yaml": "resources: [absent.yaml]\n", "bad.yaml": "a: [\n"},
		"several worlds": {"Dockerfile": "FROM golang\nUSER root\n", "pod.yaml": privilegedPod},
		"waived": {"Dockerfile": "FROM golang\n# tidewaiter:ignore root-user until=2099-01-31 reason=\"" + "a test\"\nUSER root\n",
			"tidewaiter.yaml": "version: 1\nwaivers: [{rule: untagged-base, reason: " + "a test, expires: 2099-01-31}]\n"},
	} {
		written = append(written, sarifOf(t, "--rules", "all", write(t, files)))
	}
	requireValidSARIF(t, written...)
}

// TestSARIFOfAnImage validates findings in layers, with and without an
// instruction to point at.
func TestSARIFOfAnImage(t *testing.T) {
	s := newShop(t)
	image := s.assembled(t)
	advisories := filepath.Join(s.dir, "advisories")
	requireValidSARIF(t, sarifOf(t, "--rules", "all", "--advisories", advisories, "--image", image, s.dir),
		sarifOf(t, "--rules", "all", "--advisories", advisories, "--image", image, write(t, map[string]string{"README": ""})))
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
