package report

import (
	"encoding/json"
	"encoding/xml"
	"io"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/tidewaiter/tidewaiter/internal/gate"
)

func TestPlain(t *testing.T) {
	for in, want := range map[string]string{
		"":                         "",
		"USER root":                "USER root",
		"größe 漢字 🚢":               "größe 漢字 🚢",
		"a\tb":                     "a b",
		"a\nb\r\nc":                `a\nb\r\nc`,
		"\x1b[31mred\x07":          `\x1b[31mred\x07`,
		"\u009b31m":                `\x9b31m`,
		"user\u202e\u2066toor":     `user\u202e\u2066toor`,
		"#\u200b#[add-mask]\u00ad": `#\u200b#[add-mask]\u00ad`,
		"⚠\ufe0f":                  "⚠",
		"a\xffb":                   "a\ufffdb",
		"a\u2028b\u00a0c":          `a\u2028b\u00a0c`,
		"\U000e0041":               `\U000e0041`,
	} {
		require.Equal(t, want, plain(in), "%q", in)
	}
}

func TestCapped(t *testing.T) {
	require.Equal(t, "abc", capped("abc", 3))
	require.Equal(t, "ab…", capped("abcd", 3))
	require.Equal(t, "漢字…", capped("漢字漢字", 3))
}

func TestWithoutCommands(t *testing.T) {
	for in, want := range map[string]string{
		"std::string a::b::":                  "std::string a::b::",
		"  ::stop-commands::x":                "  : :stop-commands::x",
		"ok\n\u00a0::error::x\nok":            "ok\n\u00a0: :error::x\nok",
		"RUN echo '##[add-mask]e'":            "RUN echo '# #[add-mask]e'",
		"###[error]":                          "## #[error]",
		"::":                                  ": :",
		"a\n\n::set-env name=PATH::/tmp\n::a": "a\n\n: :set-env name=PATH::/tmp\n: :a",
	} {
		got := withoutCommands(in)
		require.Equal(t, want, got)
		require.Empty(t, runnerCommands(got))
	}
}

func TestMarkdown(t *testing.T) {
	for in, want := range map[string]string{
		"plain text, 100%":             "plain text, 100%",
		"a|b`c`\n| d":                  "a&#124;b\\`c\\`&#92;n&#124; d",
		"<img src=x onerror=alert(1)>": "&#60;img src=x onerror=alert(1)&#62;",
		"[x](https://evil.example)":    "\\[x\\](https&#58;//evil.example)",
		"@acme/all see #12, # x":       "@\u200bacme/all see #\u200b12, # x",
		"(@acme) a_@acme x@evil.com":   "(@\u200bacme) a\\_@\u200bacme x@\u200bevil.com",
		"debian:12@sha256:0a":          "debian:12@sha256:0a",
		"www.evil.example":             "www\u200b.evil.example",
		"$x$ *b* _i_ ~~s~~":            "\\$x\\$ \\*b\\* \\_i\\_ \\~\\~s\\~\\~",
	} {
		require.Equal(t, want, markdown(in, maxCell))
	}
	require.Equal(t, "`USER root`", code("USER root", maxCell))
	require.Equal(t, "<code>a\\`&#124;&#92;b</code>", code("a`|\\b", maxCell))
	require.Empty(t, code(" \t", maxCell))
}

func TestURIPath(t *testing.T) {
	for in, want := range map[string]string{
		"app/Dockerfile.dev":    "app/Dockerfile.dev",
		"/etc/passwd":           "etc/passwd",
		"a b/ü)#[x].yaml":       "a%20b/%C3%BC%29%23%5Bx%5D.yaml",
		"https://evil.example":  "https%3A//evil.example",
		"javascript:alert(1)":   "javascript%3Aalert%281%29",
		"bad\xffname\n":         "bad%EF%BF%BDname%0A",
		"%SRCROOT%/../Makefile": "%25SRCROOT%25/../Makefile",
	} {
		require.Equal(t, want, uriPath(in))
	}
}

// FuzzNeutral puts one hostile text everywhere in a result and holds every
// format to what its reader must find.
func FuzzNeutral(f *testing.F) {
	for _, s := range []string{
		"", "plain", "::stop-commands::x", "##[add-mask]e", "a\n::error::b", "a\r::error::b", "%0A::error::b", "#\u200b#[error]x",
		"\u00a0::debug::x", "\x1b]0;title\x07", "\u202etoor", "|`<script>@acme #1", "](https://evil.example) [", "x,line=9::y", "a=b;c]d",
		"]]><x/>&amp;", "\xff\xfe\x00", "```\n# h", "\U000e0001", strings.Repeat("long ", 5000), "\u2028::error::x", "http://www.evil.example",
		"#\ufe0f#\ufe0f[error]x", ":\u00ad:error::x",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r := hostile(s)
		for _, format := range Formats() {
			out := render(t, format, r, Options{BlobURL: "https://github.com/acme/app/blob/1", PathPrefix: "src"})
			require.True(t, utf8.ValidString(out), format)
			switch format {
			case "github":
				requireAnnotations(t, out)
				continue
			case "json":
				var back gate.Result
				require.NoError(t, json.Unmarshal([]byte(out), &back))
				require.Equal(t, string([]rune(s)), back.Findings[0].Message)
			case "sarif":
				requireSARIF(t, out)
			case "junit":
				requireXML(t, out)
			}
			require.Empty(t, runnerCommands(out), "%s: %q", format, s)
			require.Equal(t, -1, strings.IndexFunc(out, func(r rune) bool {
				return r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r))
			}), "%s holds a control character", format)
		}
	})
}

// requireAnnotations holds that the commands are those of a result without
// hostile text: one error for the run, one for a finding, one warning.
func requireAnnotations(t *testing.T, out string) {
	t.Helper()
	var names []string
	for _, c := range runnerCommands(out) {
		names = append(names, c.name)
		for k := range c.properties {
			require.Contains(t, []string{"file", "line", "endLine", "col", "endColumn", "title"}, k)
		}
		require.LessOrEqual(t, strings.Count(c.data, "\n"), 2)
		require.Less(t, utf8.RuneCountInString(c.data), 4096)
	}
	require.Equal(t, []string{"error", "error", "warning"}, names)
	require.Equal(t, 3, strings.Count(out, "\n"))
}

func requireSARIF(t *testing.T, out string) {
	t.Helper()
	var log sarifLog
	require.NoError(t, json.Unmarshal([]byte(out), &log))
	for _, res := range log.Runs[0].Results {
		require.Equal(t, res.RuleID, log.Runs[0].Tool.Driver.Rules[res.RuleIndex].ID)
		require.LessOrEqual(t, utf8.RuneCountInString(res.Message.Text), maxSARIFMessage)
		require.Equal(t, plain(res.Message.Text), res.Message.Text)
		require.NotContains(t, res.Message.Text, "](")
		uri := res.Locations[0].Physical.Artifact.URI
		require.Empty(t, strings.Trim(uri, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/%"), uri)
	}
}

func requireXML(t *testing.T, out string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(out))
	for {
		_, err := d.Token()
		if err == io.EOF {
			return
		}
		require.NoError(t, err)
	}
}
