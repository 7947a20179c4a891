package cli

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/gate"
)

func TestComparisonOfEvents(t *testing.T) {
	base, before := strings.Repeat("b", 40), strings.Repeat("c", 40)
	pull := func(head string) string {
		return `{"number":7,"pull_request":{"base":{"sha":"` + base + `","repo":{"full_name":"acme/shop"}},"head":{"sha":"x","repo":` + head + `}}}`
	}
	for name, c := range map[string]struct {
		event, payload string
		want           *gate.Comparison
	}{
		"pull request":             {"pull_request", pull(`{"full_name":"Acme/Shop"}`), &gate.Comparison{Since: base, Governed: true, Lenient: true}},
		"of a fork":                {"pull_request", pull(`{"full_name":"eve/shop"}`), &gate.Comparison{Since: base, Governed: true, Fork: true, Lenient: true}},
		"of a fork that is gone":   {"pull_request", pull(`null`), &gate.Comparison{Since: base, Governed: true, Fork: true, Lenient: true}},
		"pull_request_target":      {"pull_request_target", pull(`{"full_name":"eve/shop"}`), &gate.Comparison{Since: base, Governed: true, Fork: true, Lenient: true}},
		"merge group":              {"merge_group", `{"merge_group":{"base_sha":"` + base + `"}}`, &gate.Comparison{Since: base, Governed: true, Lenient: true}},
		"push":                     {"push", `{"ref":"refs/heads/main","before":"` + before + `"}`, &gate.Comparison{Since: before, Lenient: true}},
		"new branch":               {"push", `{"ref":"refs/heads/x","before":"` + strings.Repeat("0", 40) + `"}`, nil},
		"tag":                      {"push", `{"ref":"refs/tags/v1","before":"` + before + `"}`, nil},
		"release":                  {"release", `{}`, nil},
		"schedule":                 {"schedule", `{}`, nil},
		"dispatch":                 {"workflow_dispatch", `{}`, nil},
		"a base that is no commit": {"pull_request", strings.Replace(pull(`{"full_name":"acme/shop"}`), base, "main; rm -rf /", 1), &gate.Comparison{Since: "the base commit", Governed: true, Lenient: true}},
	} {
		t.Run(name, func(t *testing.T) {
			var e event
			require.NoError(t, json.Unmarshal([]byte(c.payload), &e))
			require.Equal(t, c.want, job{}.comparison(c.event, e, nil))
		})
	}
	unread := job{}.comparison("pull_request", event{}, errors.New("gone"))
	require.True(t, unread.Fork, "of what is not known nothing may be silenced")
	require.Nil(t, job{}.comparison("push", event{}, errors.New("gone")))
}

func TestReadEvent(t *testing.T) {
	path := filepath.Join(t.TempDir(), "event.json")
	require.NoError(t, os.WriteFile(path, []byte(`{"number": 7}`), 0o600))
	e, err := readEvent(path)
	require.NoError(t, err)
	require.Equal(t, 7, e.Number)
	require.NoError(t, os.WriteFile(path, []byte(`{"number": `), 0o600))
	_, err = readEvent(path)
	require.ErrorContains(t, err, path)
	_, err = readEvent(path + ".none")
	require.ErrorContains(t, err, "GITHUB_EVENT_PATH")
}
