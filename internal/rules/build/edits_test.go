package build_test

import (
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/rules/build"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// repair makes the edits of one rule's findings; each look-up is answered by a
// short word in place of a digest.
func repair(t *testing.T, id, text string) string {
	t.Helper()
	p, err := facts.Load(t.Context(), facts.Sources{Repo: source.OpenFS(fstest.MapFS{"Dockerfile": {Data: []byte(text)}})})
	require.NoError(t, err)
	var configured []rule.Configured
	for _, r := range build.Rules() {
		configured = append(configured, rule.Configured{Rule: &r})
	}
	found, err := rule.Run(configured, p, time.Now())
	require.NoError(t, err)
	var file *source.File
	var edits []source.Edit
	for _, f := range found {
		if f.Rule.ID != id || f.Fix == nil {
			continue
		}
		file = f.At.File
		edits = append(edits, f.Fix.Edits...)
		if f.Fix.Lookup != nil {
			edits = append(edits, f.Fix.Lookup.Edit("<"+f.Fix.Lookup.What()+">"))
		}
	}
	if file == nil {
		return text
	}
	after, err := source.Apply(file, edits)
	require.NoError(t, err)
	return after.Text
}

// repairs takes texts with what a rule's edits make of them, "" for nothing.
func repairs(t *testing.T, id string, cases [][2]string) {
	t.Helper()
	for _, c := range cases {
		want := c[1]
		if want == "" {
			want = c[0]
		}
		require.Equal(t, want, repair(t, id, c[0]))
	}
}

func TestSudoIsTakenOutWhereRootCallsIt(t *testing.T) {
	repairs(t, "TW-D029", [][2]string{
		{"FROM debian:12\nRUN sudo apt-get update\n", "FROM debian:12\nRUN apt-get update\n"},
		{"FROM debian:12\nRUN x && sudo -E -H make | sudo tee /y\n", "FROM debian:12\nRUN x && make | tee /y\n"},
		{"FROM debian:12\nUSER app\nUSER root\nRUN sudo make\n", "FROM debian:12\nUSER app\nUSER root\nRUN make\n"},
		{"FROM acme/x:1\nUSER 0:0\nRUN sudo make\n", "FROM acme/x:1\nUSER 0:0\nRUN make\n"},
		{"FROM debian:12 AS a\nUSER 5\nFROM a\nRUN sudo make\n", ""},
		{"FROM acme/x:1\nRUN sudo make\n", ""},
		{"FROM debian:12\nUSER app\nRUN sudo make\nUSER root\n", ""},
		{"FROM debian:12\nRUN sudo -u app make\n", ""},
		{"FROM debian:12\nRUN sudo A=1 make\n", ""},
		{"FROM debian:12\nRUN sudo \\\n  make\n", ""},
		{"FROM debian:12\nONBUILD RUN sudo make\n", ""},
		{"FROM debian:12\nRUN [\"sudo\", \"make\"]\n", ""},
	})
}

func TestUserIsAddedWhereNothingMissesRoot(t *testing.T) {
	const user = "\nUSER 65532:65532"
	repairs(t, "TW-D003", [][2]string{
		{"FROM scratch\nCMD [\"/a\"]", "FROM scratch\nCMD [\"/a\"]" + user},
		{"FROM scratch\nCMD [\"/a\"] \r\n\r\n# end\r\n", "FROM scratch\nCMD [\"/a\"] " + user + "\r\n\r\n# end\r\n"},
		{"FROM gcr.io/distroless/static:latest\nCOPY a /a\nEXPOSE 8080\nENTRYPOINT [ \\\n \"/a\" ]\n", "FROM gcr.io/distroless/static:latest\nCOPY a /a\nEXPOSE 8080\nENTRYPOINT [ \\\n \"/a\" ]" + user + "\n"},
		{"FROM scratch\nCOPY a /a\nEXPOSE 80\nCMD [\"/a\"]\n", ""},
		{"FROM scratch\nCOPY a /a\nEXPOSE $PORT\nCMD [\"/a\"]\n", ""},
		{"FROM scratch\nCOPY --chmod=700 a /a\nCMD [\"/a\"]\n", ""},
		{"FROM scratch\nVOLUME /data\nCMD [\"/a\"]\n", ""},
		{"FROM scratch\nCMD /a\n", ""},
		{"FROM debian:12\nCOPY a /a\nCMD [\"/a\"]\n", ""},
		{"FROM gcr.io/distroless/static\nRUN [\"/a\"]\nCMD [\"/a\"]\n", ""},
		{"FROM scratch AS a\nCMD [\"/a\"]\nFROM a\n", ""},
	})
}

func TestImagesArePinnedWhereItIsClearWhatIsMeant(t *testing.T) {
	repairs(t, "TW-D005", [][2]string{
		{"FROM --platform=linux/amd64 debian:12 AS a\n", "FROM --platform=linux/amd64 debian:12@<debian:12> AS a\n"},
		{"FROM localhost:5000/a/b:c\n", "FROM localhost:5000/a/b:c@<localhost:5000/a/b:c>\n"},
		{"FROM \\\n  debian:12 \\\n  AS a\n", "FROM \\\n  debian:12@<debian:12> \\\n  AS a\n"},
		{"FROM debian\n", ""}, {"FROM debian:latest\n", ""}, {"ARG V=12\nFROM debian:$V\n", ""}, {"ARG B=debian:12\nFROM ${B}\n", ""},
		{"FROM deb\\\nian:12\n", ""}, {"FROM localhost:5000/a\n", ""},
	})
	repairs(t, "TW-D006", [][2]string{
		{"FROM scratch\nCOPY --from=a/b:1 /x /y\n", "FROM scratch\nCOPY --from=a/b:1@<a/b:1> /x /y\n"},
		{"FROM scratch\nRUN --mount=type=bind,from=a/b:1,target=/x /x/y\n", "FROM scratch\nRUN --mount=type=bind,from=a/b:1@<a/b:1>,target=/x /x/y\n"},
		{"FROM scratch\nRUN --mount=from=a/b:1,target=/a/b:1 /x/y\n", "FROM scratch\nRUN --mount=from=a/b:1@<a/b:1>,target=/a/b:1 /x/y\n"},
		{"FROM scratch\nCOPY --from=a/b /x /y\n", ""},
	})
	repairs(t, "TW-D019", [][2]string{
		{"# syntax=acme/f:1\nFROM scratch\n", "# syntax=acme/f:1@<acme/f:1>\nFROM scratch\n"},
		{"# syntax=acme/f\nFROM scratch\n", ""},
		{"# syntax = docker/dockerfile:latest\nFROM scratch\n", "# syntax = docker/dockerfile:1\nFROM scratch\n"},
		{"# syntax=docker.io/docker/dockerfile\r\nFROM scratch\r\n", "# syntax=docker.io/docker/dockerfile:1\r\nFROM scratch\r\n"},
		{"# syntax=docker/dockerfile:master\nFROM scratch\n", ""},
	})
}

func TestChecksumIsGivenWhereTheFrontendKnowsIt(t *testing.T) {
	const add, with = "ADD https://e.com/x /y\n", "ADD --checksum=<https://e.com/x> https://e.com/x /y\n"
	for syntax, known := range map[string]bool{
		"": true, "docker/dockerfile:1": true, "docker/dockerfile:1.6": true, "docker/dockerfile:1.10-labs": true, "docker/dockerfile:1-labs": true,
		"docker/dockerfile:1.5": false, "docker/dockerfile:1.4.3": false, "docker/dockerfile:experimental": false, "acme/f:1": false,
	} {
		head := "FROM scratch\n"
		if syntax != "" {
			head = "# syntax=" + syntax + "\n" + head
		}
		want := ""
		if known {
			want = head + with
		}
		repairs(t, "TW-D014", [][2]string{{head + add, want}})
	}
	repairs(t, "TW-D014", [][2]string{
		{"FROM scratch\nADD --chown=1 " + add[4:], "FROM scratch\nADD --chown=1 " + with[4:]},
		{"FROM scratch\nADD http://e.com/x /y\n", ""}, {"FROM scratch\nADD https://e.com/x https://e.com/z /y/\n", ""},
		{"ARG V=1\nFROM scratch\nARG V\nADD https://e.com/$V /y\n", ""}, {"FROM scratch\nADD [\"https://e.com/x\", \"/y\"]\n", ""},
		{"FROM scratch\nADD https://e.com/r.git /y\n", ""},
	})
}
