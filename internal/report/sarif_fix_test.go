package report_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/gate"
	"github.com/tidewaiter/tidewaiter/internal/registry"
	"github.com/tidewaiter/tidewaiter/internal/report"
)

// replacement is one change of a SARIF fix, as a reader that knows nothing of
// this program sees it.
type replacement struct {
	DeletedRegion   struct{ StartLine, StartColumn, EndLine, EndColumn int }
	InsertedContent struct{ Text string }
}

type sarifLog struct {
	Runs []struct {
		ColumnKind string
		Results    []struct {
			RuleID string
			Fixes  []struct {
				ArtifactChanges []struct {
					ArtifactLocation struct{ URI string }
					Replacements     []replacement
				}
			}
		}
	}
}

// applied makes a change in a text by counting lines and code points.
func (r replacement) applied(text string) string {
	lines := strings.SplitAfter(text, "\n")
	offset := func(line, column int) int {
		n := 0
		for _, l := range lines[:line-1] {
			n += len(l)
		}
		return n + len(string([]rune(lines[line-1])[:column-1]))
	}
	d := r.DeletedRegion
	return text[:offset(d.StartLine, d.StartColumn)] + r.InsertedContent.Text + text[offset(d.EndLine, d.EndColumn):]
}

// checked judges one Dockerfile and returns the SARIF that is written of it.
func checked(t *testing.T, text string) sarifLog {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "Dockerfile"), []byte(text), 0o644))
	env := gate.Env{Now: func() time.Time { return time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC) }, Version: "test",
		Registry: registry.New(registry.Options{Transport: http.DefaultTransport})}
	r, err := gate.Run(t.Context(), env, gate.Options{Path: dir, Rules: "tls-verification-off,unsigned-packages,unknown-copy-stage,named-user", Edits: true, Offline: true})
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(t, report.Write("sarif", &b, r, report.Options{}))
	var log sarifLog
	require.NoError(t, json.Unmarshal(b.Bytes(), &log))
	return log
}

func TestSARIFFixesApplyTextually(t *testing.T) {
	plain := "FROM golang:1.26 AS bäuer\nFROM node:24\n# Grüße 👩‍🚀\nRUN echo 'ä👩‍🚀' && curl -k https://example.com/x \\\n    && echo é && apk add --allow-untrusted x\nCOPY --from=bäuerr /a /b\nUSER node"
	for name, text := range map[string]string{
		"line feeds":           plain + "\n",
		"no last line feed":    plain,
		"carriage returns":     strings.ReplaceAll(plain, "\n", "\r\n") + "\r\n",
		"byte order mark":      "\ufeff" + plain + "\n",
		"both, and fix line 1": "\ufeff" + strings.ReplaceAll("# syntax=docker/dockerfile:1\n"+plain, "\n", "\r\n"),
	} {
		t.Run(name, func(t *testing.T) {
			log := checked(t, text)
			require.Equal(t, "unicodeCodePoints", log.Runs[0].ColumnKind)
			byRule := map[string]int{}
			for _, res := range log.Runs[0].Results {
				for _, f := range res.Fixes {
					require.Len(t, f.ArtifactChanges, 1)
					require.Equal(t, "Dockerfile", f.ArtifactChanges[0].ArtifactLocation.URI)
					require.Len(t, f.ArtifactChanges[0].Replacements, 1)
					got := f.ArtifactChanges[0].Replacements[0].applied(text)
					want := map[string]string{
						"TW-D004": strings.Replace(text, "USER node", "USER 1000", 1),
						"TW-D007": strings.Replace(text, "--from=bäuerr", "--from=bäuer", 1),
						"TW-D011": strings.Replace(text, " -k", "", 1),
						"TW-D017": strings.Replace(text, " --allow-untrusted", "", 1),
					}[res.RuleID]
					require.Equal(t, want, got, res.RuleID)
					byRule[res.RuleID]++
				}
			}
			require.Equal(t, map[string]int{"TW-D004": 1, "TW-D007": 1, "TW-D011": 1, "TW-D017": 1}, byRule)
		})
	}
}
