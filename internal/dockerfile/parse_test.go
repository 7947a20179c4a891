package dockerfile_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

func parse(t *testing.T, text string) *dockerfile.File {
	t.Helper()
	f, err := dockerfile.Parse(source.NewFile("Dockerfile", text))
	require.NoError(t, err)
	return f
}

func TestStages(t *testing.T) {
	f := parse(t, `ARG GO=1.26
ARG BASE
FROM --platform=$BUILDPLATFORM golang:${GO}-alpine@sha256:aa AS Build
FROM ${BASE:-debian:12} AS tools
FROM $BASE AS open
FROM scratch AS never
FROM build AS more
COPY --from=tools /a /b
FROM ghcr.io/acme/base
RUN --mount=type=bind,from=open,target=/x true
COPY --from=more /a /b
COPY --from=nginx:1 /c /d
`)
	require.Len(t, f.Stages, 6)
	build := f.Stages[0]
	require.Equal(t, "build", build.Name)
	require.Equal(t, "golang:1.26-alpine@sha256:aa", build.Base.Text)
	require.Equal(t, "golang:${GO}-alpine@sha256:aa", build.Base.At.Text())
	require.Equal(t, []string{"golang", "1.26-alpine", "sha256:aa", "docker.io/library/golang"},
		[]string{build.Base.Name, build.Base.Tag, build.Base.Digest, build.Base.Canonical})
	require.Equal(t, "$BUILDPLATFORM", build.Platform)
	require.Equal(t, "$BUILDPLATFORM", build.PlatformAt.Text())
	require.Equal(t, "debian:12", f.Stages[1].Base.Text)
	require.Empty(t, f.Stages[1].Base.Unresolved)
	require.Equal(t, []string{"BASE"}, f.Stages[2].Base.Unresolved)
	require.True(t, f.Stages[3].Base.Scratch())
	require.Same(t, build, f.Stages[4].Parent)

	var roles []dockerfile.Role
	for _, s := range f.Stages {
		roles = append(roles, s.Role)
	}
	require.Equal(t, []dockerfile.Role{
		dockerfile.RoleCopiedFrom, dockerfile.RoleBuildOnly, dockerfile.RoleBuildOnly,
		dockerfile.RoleUnused, dockerfile.RoleCopiedFrom, dockerfile.RoleFinal,
	}, roles)
	last := f.Stages[5]
	require.True(t, last.Last)
	require.Same(t, f.Stages[2], last.Instructions[0].Mounts[0].From.Stage)
	require.Equal(t, "open", last.Instructions[0].Mounts[0].From.At.Text())
	require.Nil(t, last.Instructions[2].From.Stage)
	require.Equal(t, "docker.io/library/nginx", last.Instructions[2].From.Canonical)
}

func TestCopyFromIndexAndCase(t *testing.T) {
	f := parse(t, "FROM a:1 AS Build\nFROM b:1\nCOPY --from=0 /a /a\nCOPY --from=BUILD /a /a\nCOPY --from=7 /a /a\n")
	in := f.Stages[1].Instructions
	require.Same(t, f.Stages[0], in[0].From.Stage)
	require.Same(t, f.Stages[0], in[1].From.Stage)
	require.Nil(t, in[2].From.Stage)
}

func TestWordsAndPlaces(t *testing.T) {
	f := parse(t, strings.Join([]string{
		"# a comment",
		"FROM debian:12",
		"ARG V=1.2",
		`ENV A="x y" \`,
		"  # in between",
		"",
		"    B=$V-z C=${NOPE}",
		"ENV OLD some value",
		`COPY --chown=app:app ["a b", "caf\u00e9", "$A/"]`,
		"copy ü.txt /x",
		"USER  app:app ",
	}, "\n"))
	in := f.Stages[0].Instructions
	env := in[1]
	require.Equal(t, 4, env.Span.Start.Line)
	require.Equal(t, 7, env.Span.End.Line)
	require.Equal(t, "x y", env.Pairs[0].Value.Value)
	b := env.Pairs[1]
	require.Equal(t, []any{"B", "$V-z", "1.2-z"}, []any{b.Key.Text, b.Value.Text, b.Value.Value})
	require.Equal(t, source.Pos{Line: 7, Column: 7, Offset: b.Value.At.Start.Offset}, b.Value.At.Start)
	require.Equal(t, "${NOPE}", env.Pairs[2].Value.Value)
	require.Equal(t, "some value", in[2].Pairs[0].Value.At.Text())
	cp := in[3]
	require.True(t, cp.JSON)
	require.Equal(t, "app:app", cp.Flags[0].ValueAt.Text())
	require.Equal(t, []string{"a b", "café", "x y/"}, values(cp.Args))
	require.Equal(t, `caf\u00e9`, cp.Args[1].At.Text())
	require.Equal(t, "COPY", in[4].Keyword)
	require.Equal(t, 6, in[4].Args[0].At.Start.Column)
	require.Equal(t, 11, in[4].Args[0].At.End.Column)
	require.Equal(t, "app:app", in[5].Args[0].At.Text())
}

func values(words []dockerfile.Word) []string {
	var out []string
	for _, w := range words {
		out = append(out, w.Value)
	}
	return out
}

func TestByteOrderMarkAndCRLF(t *testing.T) {
	f := parse(t, "\ufeffFROM debian:12\r\nENV A=1 \\\r\n  B=2\r\nUSER app\r\n")
	require.Equal(t, "debian:12", f.Stages[0].Base.At.Text())
	in := f.Stages[0].Instructions
	require.Equal(t, "2", in[0].Pairs[1].Value.At.Text())
	require.Equal(t, 3, in[0].Pairs[1].Value.At.Start.Line)
	require.Equal(t, "app", in[1].Args[0].Value)
}

func TestEscapeDirective(t *testing.T) {
	f := parse(t, "# escape=`\nFROM debian:12\nENV A=1 `\n  B=C:\\x\\\nUSER app\n")
	require.Equal(t, '`', f.Escape)
	in := f.Stages[0].Instructions
	require.Equal(t, `C:\x\`, in[0].Pairs[1].Value.Text)
	require.Equal(t, "USER", in[1].Keyword)
}

func TestOnBuild(t *testing.T) {
	f := parse(t, "FROM debian:12\nONBUILD COPY --from=build . /app\nONBUILD ENV A=1\nENV B=$A\n")
	in := f.Stages[0].Instructions
	require.True(t, in[0].OnBuild)
	require.Equal(t, "COPY", in[0].KeywordAt.Text())
	require.Equal(t, "build", in[0].From.At.Text())
	require.Equal(t, []string{".", "/app"}, values(in[0].Args))
	require.Equal(t, "$A", in[2].Pairs[0].Value.Value, "an ONBUILD ENV is not set in this build")
}

func TestScopes(t *testing.T) {
	f := parse(t, `ARG V=1
ARG TARGETARCH
FROM debian:$V AS base
ARG V
ENV HOME=/app
COPY $V $HOME/${TARGETARCH}
FROM base
COPY $V $HOME/
FROM debian:12
COPY $V $HOME/
`)
	require.Equal(t, []string{"1", "/app/${TARGETARCH}"}, values(f.Stages[0].Instructions[2].Args))
	require.Equal(t, []string{"1", "/app/"}, values(f.Stages[1].Instructions[0].Args))
	require.Equal(t, []string{"$V", "$HOME/"}, values(f.Stages[2].Instructions[0].Args))
}

func TestCopyHereDoc(t *testing.T) {
	f := parse(t, "FROM debian:12\nCOPY <<-EOF <<'B' /x/\n\thello\n\tEOF\nb\nB\nUSER app\n")
	docs := f.Stages[0].Instructions[0].HereDocs
	require.Len(t, docs, 2)
	require.Equal(t, "hello\n", docs[0].Text)
	require.Equal(t, 3, docs[0].At.Start.Line)
	require.Equal(t, 2, docs[0].At.Start.Column)
	require.Equal(t, "b\n", docs[1].Text)
	require.Equal(t, 5, docs[1].At.Start.Line)
	require.Equal(t, 6, f.Stages[0].Instructions[0].Span.End.Line)
	require.Equal(t, 7, f.Stages[0].Instructions[1].Span.Start.Line)
}

func TestUnderstoodInPart(t *testing.T) {
	tests := map[string]struct {
		text   string
		line   int
		reason string
	}{
		"unknown instruction": {"FROM a:1\nINCLUDE+ other\n", 2, "unknown instruction"},
		"unknown flag":        {"FROM a:1\nCOPY --fancy=1 a b\n", 2, "unknown flag"},
		"foreign frontend":    {"# syntax=acme/frontend:1\nFROM a:1\n", 1, "frontend acme/frontend:1"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			f := parse(t, tt.text)
			require.Len(t, f.NotAnalysed, 1)
			require.Equal(t, tt.line, f.NotAnalysed[0].Line)
			require.Contains(t, f.NotAnalysed[0].Reason, tt.reason)
			require.Equal(t, source.ConcernDockerfile, f.NotAnalysed[0].Concern)
		})
	}
}

func TestNotReadable(t *testing.T) {
	tests := map[string]struct {
		text   string
		line   int
		reason string
	}{
		"empty":                {"", 1, "no instructions"},
		"no FROM":              {"hello world\n", 1, "no FROM"},
		"template in FROM":     {"FROM {{ base }}\n", 1, "template"},
		"template block":       {"FROM a:1\n{% if x %}\nUSER a\n{% endif %}\n", 2, "template"},
		"template unparsable":  {"FROM a:1\nENV {{x}}\n", 2, "template"},
		"long line":            {"FROM a:1\nRUN " + strings.Repeat("x", 70_000) + "\n", 2, "65535"},
		"too large":            {"FROM a:1\n" + strings.Repeat("# x\n", 300_000), 0, "1024 KiB"},
		"too deep":             {"FROM a:1\nENV A=" + strings.Repeat("${A:-", 200) + strings.Repeat("}", 200) + "\n", 0, "limit of 100"},
		"too many":             {"FROM a:1\n" + strings.Repeat("USER a\n", 10_001), 0, "limit of 10000"},
		"another grammar":      {"# syntax=acme/front\nversion: 1\nENV x\n", 1, "frontend acme/front"},
		"another comment":      {"\n// syntax=acme/front\nx: 1\n", 1, "no FROM"},
		"frontend in //":       {"// syntax=acme/front\nx: 1\n", 1, "frontend acme/front"},
		"frontend in JSON":     {"{\n  \"syntax\": \"acme/front\"\n}\n", 2, "frontend acme/front"},
		"many that are wrong":  {"FROM a:1\n" + strings.Repeat("ENV A\n", 21), 2, "ENV must have two arguments"},
		"a check comment only": {"# check=skip=all\n", 1, "no instructions"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := dockerfile.Parse(source.NewFile("a/Dockerfile", tt.text))
			var p *dockerfile.ParseError
			require.ErrorAs(t, err, &p)
			require.Contains(t, p.Reason, tt.reason)
			require.Equal(t, tt.line, p.Line)
		})
	}
}

// TestWithoutFrom holds that instructions are judged where no FROM stands above
// them, and that this is said once, with its line.
func TestWithoutFrom(t *testing.T) {
	tests := map[string]struct {
		text   string
		line   int
		reason string
		stages int
	}{
		"fragment":      {"# x\n\nARG U=me\nRUN curl x | sh\nUSER $U\n", 4, "has no FROM", 1},
		"arguments":     {"# x\nARG A=1\n", 2, "has no FROM", 1},
		"FROM too late": {"ARG U=me\nRUN curl x | sh\nUSER $U\nFROM a:1 AS b\nFROM b\nCOPY --from=0 x y\n", 2, "before its first FROM", 3},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			f := parse(t, tt.text)
			require.Len(t, f.Stages, tt.stages)
			require.Len(t, f.NotAnalysed, 1)
			require.Equal(t, tt.line, f.NotAnalysed[0].Line)
			require.Contains(t, f.NotAnalysed[0].Reason, tt.reason)
			s := f.Stages[0]
			require.True(t, s.Implicit)
			require.Equal(t, tt.line, s.From.Span.Start.Line)
			require.Empty(t, s.From.Span.Text())
			require.False(t, s.Base.Scratch())
			for in := range f.Instructions() {
				require.NotSame(t, s.From, in, "what is not written is no instruction")
			}
			if name != "arguments" {
				require.Len(t, s.Instructions[0].Run.Commands, 2)
				require.Equal(t, "me", s.Instructions[1].Args[0].Value)
			}
			if tt.stages == 3 {
				require.Nil(t, f.Stages[2].Instructions[0].From.Stage, "an index counts what is written")
			}
		})
	}
}

// TestNeverSilent holds that what is not understood is one entry with its line,
// and that all else of the file is judged.
func TestNeverSilent(t *testing.T) {
	deep := "true && curl x"
	for range 3 {
		deep = "sh -c " + strconv.Quote(deep)
	}
	tests := map[string]struct {
		text   string
		line   int
		reason string
	}{
		"foreign frontend":             {"# syntax=acme/front:1\nFROM a:1\nINCLUDE+ x\nINCLUDE+ y\nUSER me\n", 1, "frontend acme/front:1 may read"},
		"foreign without FROM":         {"# syntax=acme/front:1\nIMPORT x\nUSER me\n", 1, "frontend acme/front:1"},
		"frontend after a shebang":     {"#!/usr/bin/env x\n# syntax=acme/front\nFROM a:1\nUSER me\n", 2, "frontend acme/front"},
		"include of another frontend":  {"FROM a:1\nINCLUDE+ x\nUSER me\n", 2, "unknown instruction: INCLUDE+"},
		"PowerShell":                   {"FROM a:1\nSHELL [\"powershell\", \"-Command\"]\nRUN Get-Item x\nRUN Get-Item y\nUSER me\n", 3, "SHELL is powershell"},
		"PowerShell in a later stage":  {"FROM a:1 AS x\nSHELL [\"pwsh\"]\nFROM x\nRUN Get-Item x\nUSER me\n", 4, "SHELL is pwsh"},
		"Windows":                      {"FROM mcr.microsoft.com/windows/servercore:1\nRUN dir\nUSER me\n", 2, "Windows image"},
		"no shell":                     {"FROM a:1\nRUN a \\\n  && b ) c\nUSER me\n", 3, "RUN is not shell"},
		"scripts inside scripts":       {"FROM a:1\nRUN bash -c " + strconv.Quote("sh -c "+strconv.Quote(deep)) + "\nUSER me\n", 2, "deeper than the limit of 4"},
		"ENV without value":            {"FROM a:1\nENV A\nUSER me\n", 2, "cannot be parsed: ENV must have two arguments"},
		"bad here-document":            {"FROM a:1\nUSER me\nRUN <<EOF\necho\n", 3, "unterminated heredoc"},
		"repeated directive":           {"# escape=`\n# escape=`\nFROM a:1\nUSER me\n", 1, "only one escape"},
		"unknown flag":                 {"FROM a:1\nCOPY --frm=x a b\nUSER me\n", 2, "not understood in full"},
		"bad check":                    {"# check=what\nFROM a:1\nUSER me\n", 1, "check directive is not understood"},
		"a FROM that cannot be parsed": {"ARG A=1\nFROM\nUSER me\n", 2, "requires either one or three arguments"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			f := parse(t, tt.text)
			f.Check(t.Context(), nil)
			require.Len(t, f.NotAnalysed, 1)
			require.Equal(t, tt.line, f.NotAnalysed[0].Line, f.NotAnalysed[0].Reason)
			require.Contains(t, f.NotAnalysed[0].Reason, tt.reason)
			var users []string
			for in := range f.Instructions() {
				if in.Keyword == "USER" {
					users = append(users, in.Args[0].Value)
				}
			}
			require.Equal(t, []string{"me"}, users, "the rest is read")
		})
	}
}

func TestCheckDirective(t *testing.T) {
	f := parse(t, "# syntax=docker/dockerfile:1\n# check=skip=A,B;error=true;experimental=C,D\nFROM a:1\n")
	require.Equal(t, dockerfile.CheckOptions{Line: 2, Error: true, Experimental: []string{"C", "D"}}, f.Checks)
	f = parse(t, "# check=sikp=all\nFROM a:1\n")
	require.Len(t, f.NotAnalysed, 1)
	require.Contains(t, f.NotAnalysed[0].Reason, `invalid check option "sikp"`)
	require.Equal(t, 1, f.NotAnalysed[0].Line)
}

func TestCheckCommentDoesNotPanic(t *testing.T) {
	f := parse(t, "FROM a:1\n# check=skip=JSONArgsRecommended\nCMD x\n# check=\nUSER a\n")
	require.Empty(t, f.NotAnalysed)
}

func TestShellInTemplateSyntaxIsNoTemplate(t *testing.T) {
	f := parse(t, "FROM a:1\nRUN go list -f '{{.Dir}}' ./...\nCOPY <<EOF /x\n{{ if }}\nEOF\nLABEL a={{x}}\n")
	require.Len(t, f.Stages[0].Instructions, 3)
}
