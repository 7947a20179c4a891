package report

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tidewaiter/tidewaiter/internal/gate"
)

func TestJSONHasNoNullLists(t *testing.T) {
	r := sample()
	r.Findings = append(r.Findings, gate.Finding{Rule: "TW-P001", Severity: "info", Status: "open",
		Fix: &gate.Fix{}, Object: &gate.Object{}, Vulnerability: &gate.Vulnerability{}})
	r.Images = append(r.Images, gate.Image{Platforms: []gate.Platform{{}}}, gate.Image{})
	require.NotContains(t, render(t, "json", r, Options{}), "null")
	require.NotContains(t, render(t, "json", &gate.Result{}, Options{}), "null")
}

func TestDecodeReadsWhatWasWritten(t *testing.T) {
	for _, want := range []*gate.Result{sample(), large(50)} {
		got, err := Decode(strings.NewReader(render(t, "json", want, Options{})))
		require.NoError(t, err)
		want = complete(want)
		want.Sources, want.Rules = nil, nil
		require.Equal(t, want, got)
	}
}

// A replayed report differs from the first one only by what the JSON leaves
// out: source lines and the descriptions of the rules.
func TestReplayedReports(t *testing.T) {
	want := sample()
	got, err := Decode(strings.NewReader(render(t, "json", want, Options{})))
	require.NoError(t, err)
	want.Sources, want.Rules = nil, nil
	for _, f := range Formats() {
		require.Equal(t, render(t, f, want, Options{}), render(t, f, got, Options{}), f)
	}
}

func TestDecodeRefuses(t *testing.T) {
	base := render(t, "json", sample(), Options{})
	for name, c := range map[string]struct{ in, want string }{
		"no JSON":       {"PASS\n", "not a result written by --format json"},
		"cut":           {base[:len(base)/2], "not a result written by --format json"},
		"other JSON":    {`{"runs":[]}`, "it has no version"},
		"newer version": {`{"version":7,"anything":true}`, "the result has version 7 and this program reads version 1"},
		"wrong type":    {`{"version":1,"findings":3}`, "not a result written by --format json"},
		"no outcome":    {`{"version":1}`, `the result says "": one of pass, fail, error`},
		"no rule":       {`{"version":1,"result":"pass","findings":[{}]}`, "finding 0 has no rule"},
		"bad severity":  {`{"version":1,"result":"pass","findings":[{"rule":"X","severity":"bad"}]}`, `the severity "bad"`},
		"bad status":    {`{"version":1,"result":"pass","findings":[{"rule":"X","severity":"low","status":"?"}]}`, `the status "?"`},
		"bad line":      {`{"version":1,"result":"pass","findings":[{"rule":"X","severity":"low","status":"open","line":-1}]}`, "negative line"},
		"long path":     {`{"version":1,"result":"pass","findings":[{"rule":"X","severity":"low","status":"open","path":"` + strings.Repeat("x", 5000) + `"}]}`, "more than the limit of 4096 bytes"},
		"too many":      {`{"version":1,"result":"pass","notAnalysed":[{},{},{},{},{},{}]}`, "6 notAnalysed, more than the limit of 5"},
		"too large":     {base + strings.Repeat(" ", 20_000), "larger than the limit of 20000 bytes"},
	} {
		_, err := decode(strings.NewReader(c.in), 20_000, 5)
		require.ErrorContains(t, err, c.want, name)
	}
}

func TestDecodeTakesFieldsOfALaterRelease(t *testing.T) {
	r, err := Decode(strings.NewReader(`{"version":1,"result":"pass","tide":"high"}`))
	require.NoError(t, err)
	require.Equal(t, "pass", r.Result)
}

func FuzzDecode(f *testing.F) {
	var small, _ = json.Marshal(sample())
	f.Add(string(small))
	f.Add(`{"version":1,"result":"fail","findings":[{"rule":"X","severity":"low","status":"open","line":9999999,"path":"\u202e"}]}`)
	f.Fuzz(func(t *testing.T, in string) {
		r, err := Decode(strings.NewReader(in))
		if err != nil {
			return
		}
		for _, format := range Formats() {
			render(t, format, r, Options{})
		}
	})
}
