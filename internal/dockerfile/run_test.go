package dockerfile_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
)

// commands describes the commands of a Dockerfile's last RUN, CMD or ENTRYPOINT:
// "line:column name args".
func commands(t *testing.T, text string) []string {
	t.Helper()
	var out []string
	for _, c := range lastRun(t, text).Commands {
		at := c.At.Start
		if c.Program.At.Valid() {
			at = c.Program.At.Start
		}
		words := append([]string{c.Name}, valuesOf(c.Args)...)
		out = append(out, fmt.Sprintf("%d:%d %s", at.Line, at.Column, strings.Join(words, " ")))
	}
	return out
}

func valuesOf(words []dockerfile.Word) []string { return values(words) }

func lastRun(t *testing.T, text string) *dockerfile.Run {
	t.Helper()
	var run *dockerfile.Run
	for in := range parse(t, text).Instructions() {
		if in.Run != nil {
			run = in.Run
		}
	}
	require.NotNil(t, run)
	return run
}

func TestRunPlaces(t *testing.T) {
	tests := map[string]struct {
		text string
		want []string
	}{
		"one line":                     {"FROM a:1\nRUN curl -k https://x && true\n", []string{"2:5 curl -k https://x", "2:26 true"}},
		"word split by a continuation": {"FROM a:1\nRUN cu\\\nrl https://x\n", []string{"2:5 curl https://x"}},
		"comment and empty line in a continuation": {
			"FROM a:1\nRUN apt-get update \\\n  # why not\n\n  && apt-get install -y curl\n",
			[]string{"2:5 apt-get update", "5:6 apt-get install -y curl"},
		},
		"crlf": {"FROM a:1\r\nRUN a \\\r\n  && b\r\n", []string{"2:5 a", "3:6 b"}},
		"byte order mark and columns in code points": {"\ufeffFROM a:1\nRUN echo üü && b\n", []string{"2:5 echo üü", "2:16 b"}},
		"onbuild":              {"FROM a:1\nONBUILD RUN a && b\n", []string{"2:13 a", "2:18 b"}},
		"flags":                {"FROM a:1\nRUN --mount=type=cache,target=/x --network=none a\n", []string{"2:49 a"}},
		"backtick escape":      {"# escape=`\nFROM a:1\nRUN a `\n && b C:\\\\x\n", []string{"3:5 a", "4:5 b C:\\x"}},
		"quote over lines":     {"FROM a:1\nRUN echo 'a \\\n b' && c\n", []string{"2:5 echo a  b", "3:8 c"}},
		"heredoc":              {"FROM a:1\nRUN <<EOF\nset -e\n\tcurl -k x\nEOF\nUSER a\n", []string{"3:1 set -e", "4:2 curl -k x"}},
		"heredoc without tabs": {"FROM a:1\nRUN <<-EOF\n\ta\n\t\tb\n\tEOF\n", []string{"3:2 a", "4:3 b"}},
		"heredoc with crlf":    {"FROM a:1\r\nRUN <<EOF\r\na\r\nb x\r\nEOF\r\n", []string{"3:1 a", "4:1 b x"}},
		"heredoc with bash":    {"FROM a:1\nRUN <<EOT bash\nset -e\ncurl -k x\nEOT\n", []string{"2:11 bash", "3:1 set -e", "4:1 curl -k x"}},
		"heredoc for a file":   {"FROM a:1\nRUN cat <<EOF > /x && b\ncurl -k\nEOF\n", []string{"2:5 cat", "2:23 b"}},
		"heredoc with shebang": {"FROM a:1\nRUN <<EOF\n#!/bin/bash -e\na\nEOF\n", []string{"4:1 a"}},
		"heredoc for python":   {"FROM a:1\nRUN <<EOF\n#!/usr/bin/env python3\nprint(1)\nEOF\n", []string{"3:1 python3"}},
		"empty heredoc":        {"FROM a:1\nRUN <<EOF\nEOF\n", nil},
		"exec form":            {"FROM a:1\nRUN [\"curl\", \"-k\", \"x\"]\n", []string{"2:7 curl -k x"}},
		"exec form of a shell": {`FROM a:1` + "\n" + `RUN ["/bin/sh", "-c", "a \"q\" && b"]` + "\n", []string{`2:7 sh -c a "q" && b`, "2:24 a q", "2:35 b"}},
		"sh -c":                {"FROM a:1\nRUN sh -ec 'a && b' x\n", []string{"2:5 sh -ec a && b x", "2:13 a", "2:18 b"}},
		"bash -c with variables": {
			"FROM a:1\nRUN bash -c \"a \\\"$X\\\" && $(b) c\"\n",
			[]string{"2:5 bash -c a \"$X\" && $(b) c", "2:28 b", "2:14 a $X", "2:26  c"},
		},
		"wrappers":       {"FROM a:1\nRUN sudo -E -u x env A=1 /usr/bin/curl -k y\n", []string{"2:26 curl -k y"}},
		"command -v":     {"FROM a:1\nRUN command -v curl\n", []string{"2:5 command -v curl"}},
		"substitutions":  {"FROM a:1\nRUN X=$(a) && eval \"$(b x)\" && c <(d)\n", []string{"2:5 ", "2:9 a", "2:15 eval $(b x)", "2:23 b x", "2:32 c <(d)", "2:36 d"}},
		"control flow":   {"FROM a:1\nRUN if a; then b; else c; fi; for i in $(d); do e; done; case $(f) in x) g;; esac; h() { i; }; ! j\n", []string{"2:8 a", "2:16 b", "2:24 c", "2:42 d", "2:49 e", "2:65 f", "2:74 g", "2:90 i", "2:98 j"}},
		"shell form CMD": {"FROM a:1\nCMD exec app --x\n", []string{"2:10 app --x"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, tt.want, commands(t, tt.text))
			require.True(t, lastRun(t, tt.text).Parsed)
		})
	}
}

func TestRunVariables(t *testing.T) {
	text := "ARG G=9\nFROM a:1\nARG V=1\nARG G\nENV E=$V.0\nRUN U=https://x/$E; T=1; T=2; curl $U/$V/${G}/$T/${NO} --z=\"${V}\"\n"
	run := lastRun(t, text)
	curl := run.Commands[3]
	require.Equal(t, "curl", curl.Name)
	require.Equal(t, []string{"https://x/1.0/1/9/$T/${NO}", "--z=1"}, valuesOf(curl.Args))
	require.Equal(t, "$U/$V/${G}/$T/${NO}", curl.Args[0].Text)
}

func TestPipelines(t *testing.T) {
	run := lastRun(t, "FROM a:1\nRUN (a; b) | sudo tee x | sh && c > out 2>err\n")
	a, b, tee, sh, c := run.Commands[0], run.Commands[1], run.Commands[2], run.Commands[3], run.Commands[4]
	require.Equal(t, []string{"a", "b", "tee", "sh", "c"}, []string{a.Name, b.Name, tee.Name, sh.Name, c.Name})
	require.Same(t, tee, a.PipeTo)
	require.Same(t, tee, b.PipeTo)
	require.Same(t, sh, tee.PipeTo)
	require.Nil(t, sh.PipeTo)
	require.Equal(t, []int{0, 0, 1, 2}, []int{a.PipeStage, b.PipeStage, tee.PipeStage, sh.PipeStage})
	require.NotEqual(t, sh.Pipe, c.Pipe)
	require.Equal(t, []string{"out"}, valuesOf(c.Redirects))
}

func TestSubstitutionOwner(t *testing.T) {
	run := lastRun(t, "FROM a:1\nRUN bash <(curl x) && eval \"$(wget y)\"\n")
	require.Same(t, run.Commands[0], run.Commands[1].Substituted)
	require.True(t, run.Commands[1].InProcess)
	require.Same(t, run.Commands[2], run.Commands[3].Substituted)
	require.False(t, run.Commands[3].InProcess)
}

func TestEnvOfCommands(t *testing.T) {
	run := lastRun(t, "FROM a:1\nRUN A=1 env B=2 c && export D=\"x y\" && F=3\n")
	var got []string
	for _, c := range run.Commands {
		for _, p := range c.Env {
			got = append(got, c.Name+":"+p.Key.Value+"="+p.Value.Value)
		}
	}
	require.Equal(t, []string{"c:A=1", "c:B=2", "export:D=x y", ":F=3"}, got)
}

func TestWrappersAndInnerScripts(t *testing.T) {
	run := lastRun(t, "FROM a:1\nRUN sudo -E env A=1 make && sh -c 'cd /x' && command -v git && echo $(cd y)\n")
	var got []string
	for _, c := range run.Commands {
		got = append(got, fmt.Sprintln(valuesOf(c.Wrappers), c.Name, c.Inner))
	}
	require.Equal(t, []string{"[sudo env] make false\n", "[] sh false\n", "[] cd true\n", "[] command false\n", "[] echo false\n", "[] cd false\n"}, got)
}

func TestNotShell(t *testing.T) {
	tests := map[string]struct {
		text   string
		line   int
		reason string
	}{
		"powershell":           {"FROM a:1\nSHELL [\"powershell\", \"-Command\"]\nRUN Write-Host x\nRUN b\n", 3, "SHELL is powershell"},
		"cmd":                  {"# escape=`\nFROM a:1\nSHELL [\"cmd\", \"/S\", \"/C\"]\nRUN dir\n", 4, "SHELL is cmd"},
		"windows base":         {"FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nRUN dir C:\\\\x\n", 2, "Windows image"},
		"inherited from stage": {"FROM a:1 AS w\nSHELL [\"pwsh\"]\nFROM w\nRUN x\n", 4, "SHELL is pwsh"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			f := parse(t, tt.text)
			require.Len(t, f.NotAnalysed, 1)
			require.Equal(t, tt.line, f.NotAnalysed[0].Line)
			require.Contains(t, f.NotAnalysed[0].Reason, tt.reason)
			for in := range f.Instructions() {
				require.Nil(t, in.Run)
			}
		})
	}
}

func TestShellComesBackAtFrom(t *testing.T) {
	f := parse(t, "FROM a:1\nSHELL [\"cmd\"]\nFROM b:1\nSHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]\nRUN a\n")
	require.Empty(t, f.NotAnalysed)
	require.NotNil(t, f.Stages[1].Instructions[1].Run)
}

func TestGuessedCommands(t *testing.T) {
	f := parse(t, "FROM a:1\nRUN apt-get update && \\\n  echo ( | curl -k 'x y' | sh\n")
	require.Len(t, f.NotAnalysed, 1)
	require.Equal(t, 3, f.NotAnalysed[0].Line)
	require.Contains(t, f.NotAnalysed[0].Reason, "is not shell")
	run := f.Stages[0].Instructions[0].Run
	require.False(t, run.Parsed)
	var names []string
	for _, c := range run.Commands {
		names = append(names, c.Name)
	}
	require.Equal(t, []string{"apt-get", "echo", "curl", "sh"}, names)
	require.Equal(t, "x y", run.Commands[2].Args[1].Value)
	require.Equal(t, "sh", run.Commands[2].PipeTo.Name)
	require.Equal(t, 3, run.Commands[2].Program.At.Start.Line)
	require.Equal(t, 12, run.Commands[2].Program.At.Start.Column)
}

func TestScriptLimits(t *testing.T) {
	deep := parse(t, "FROM a:1\nRUN "+strings.Repeat("(", 200)+strings.Repeat(")", 200)+"\n")
	require.Contains(t, deep.NotAnalysed[0].Reason, "limit of 100")
	long := parse(t, "FROM a:1\nRUN "+strings.Repeat("echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx && \\\n", 4000)+" true\n")
	require.Contains(t, long.NotAnalysed[0].Reason, "limit of 128 KiB")
	many := parse(t, "FROM a:1\nRUN "+strings.Repeat("a;\\\n", 25_000)+" true\n")
	require.Contains(t, many.NotAnalysed[0].Reason, "limit of 10000 commands")
	require.Len(t, many.Stages[0].Instructions[0].Run.Commands, 10_000)
}
