package build_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// TestFormAliases holds what checks of other tools about forms and style find.
// Texts without a FROM stand below one.
func TestFormAliases(t *testing.T) {
	for _, c := range []struct {
		alias        string
		find, ignore []string
	}{
		{"hadolint:DL3000", []string{"WORKDIR app", "WORKDIR 'app'", "WORKDIR /x\nWORKDIR y", "ONBUILD WORKDIR y", "WORKDIR ./$X"},
			[]string{"WORKDIR /app", `WORKDIR "/app"`, "WORKDIR $X", "WORKDIR ${X}/y", `WORKDIR c:\x`, "WORKDIR D:/x", "ENV X=y\nWORKDIR $X"}},
		{"buildkit:WorkdirRelativePath", []string{"WORKDIR app", "ENV X=y\nWORKDIR $X", "FROM a:1 AS b\nWORKDIR x\nFROM c:1\nWORKDIR y"},
			[]string{"WORKDIR /x\nWORKDIR y", "FROM a:1 AS b\nWORKDIR /x\nFROM b\nWORKDIR y", "ONBUILD WORKDIR y"}},
		{"trivy:DS-0009", []string{"WORKDIR app", "WORKDIR /a\nWORKDIR b"}, []string{"WORKDIR /app", "WORKDIR a/$X"}},
		{"checkov:CKV_DOCKER_10", []string{"WORKDIR app", "WORKDIR a/$X"}, []string{"WORKDIR /app", "WORKDIR $X"}},
		{"hadolint:DL3001", []string{"RUN kill 1", "RUN true && top", "RUN x=$(ps)", "RUN exec ssh a", "ONBUILD RUN free", `RUN ["mount", "/x"]`},
			[]string{"RUN sudo kill 1", "RUN /bin/ps", "RUN echo ps", "RUN sh -c 'ps'", "RUN umount /x", "CMD ps"}},
		{"hadolint:DL3003", []string{"RUN cd /x", "RUN make && cd x && y", "RUN (cd x && y)", "ONBUILD RUN cd x"}, []string{"RUN bash -c 'cd x'", "RUN echo cd x", "CMD cd x"}},
		{"trivy:DS-0013", []string{"RUN cd /x", "RUN make && cd x"}, []string{"RUN (cd x && y)", "RUN make; cd x"}},
		{"hadolint:DL3004", []string{"RUN sudo x", "RUN x && sudo y", "RUN sudo -i", "ONBUILD RUN sudo x", `RUN ["sudo", "x"]`}, []string{"RUN env A=1 sudo x", "RUN sh -c 'sudo x'", "RUN echo sudo"}},
		{"trivy:DS-0010", []string{"RUN sudo x", "RUN x && sudo y"}, []string{`RUN ["sudo", "x"]`, "RUN x; sudo y"}},
		{"checkov:CKV2_DOCKER_1", []string{"RUN sudo x", "RUN x; sudo y"}, []string{`RUN ["sudo", "x"]`}},
		{"hadolint:DL3010", []string{"COPY a.tgz /x/\nRUN tar -C / -xf /x/a.tgz", "COPY b /x/a.tar\nRUN tar --extract -f /x/a.tar", "COPY a.gz /\nRUN gunzip a.gz"},
			[]string{"COPY a.tgz /x/\nRUN tar xf /x/a.tgz", "COPY a.tgz /x\nRUN tar -tf x", "COPY --from=b a.tgz /x/\nRUN tar -xf /x/a.tgz", "COPY a.zip /\nRUN unzip a.zip", "COPY a.tgz /\nRUN tar -xf a.tgz\nFROM b:1"}},
		{"hadolint:DL3020", []string{"ADD a /x", "ADD *.go /x", "ADD a.zip /x", "ADD $X /x", "ADD a.tar b /x/", "ADD git@github.com:a/b.git /x", "ONBUILD ADD a /x", `ADD ["a", "/x"]`},
			[]string{"ADD a.tar.gz /x", `ADD "a.tgz" /x`, "ADD https://e.com/x /x", "ADD http://e.com/x a.tar /x/", "COPY a /x"}},
		{"trivy:DS-0005", []string{"ADD a /x", "ADD a.tgz /x"}, []string{"ADD a.tar.gz /x", "ADD https://e.com/x /x", "ADD a /x.tar"}},
		{"checkov:CKV_DOCKER_4", []string{"ADD a /x", "ADD a.tar /x", "ADD https://e.com/x /x", "ADD <<EOF /x\na\nEOF"}, []string{"COPY a /x", "ONBUILD ADD a /x"}},
		{"hadolint:DL3025", []string{"CMD a", "ENTRYPOINT a", "SHELL [\"/bin/bash\", \"-c\"]\nCMD a", "CMD ['a']", "HEALTHCHECK CMD a", "HEALTHCHECK --interval=3s \\\n CMD a || exit 1", "ONBUILD CMD a"},
			[]string{`CMD ["a"]`, "CMD []", `HEALTHCHECK --retries=3 CMD ["a", "b"]`, "HEALTHCHECK NONE", "RUN a"}},
		{"buildkit:JSONArgsRecommended", []string{"CMD a", "ENTRYPOINT a"},
			[]string{"SHELL [\"/bin/sh\", \"-c\"]\nCMD a", "FROM a:1 AS b\nSHELL [\"/bin/sh\", \"-c\"]\nFROM b\nENTRYPOINT a", "HEALTHCHECK CMD a", "ONBUILD CMD a", `CMD ["a"]`}},
		{"hadolint:DL3044", []string{"ENV A=1 B=$A", "ENV A=1 B=${A}/x C=d", "ENV A=1 B=\"x $A\"", "ONBUILD ENV A=1 B=$A"},
			[]string{"ENV A=1\nENV B=$A", "ENV A=$A", "ENV A=1 B=$AB", "ARG A\nENV A=1 B=$A", "ENV A=1\nENV A=2 B=$A", "ENV A 1 $A"}},
		{"hadolint:DL3045", []string{"COPY a b", "COPY a ./", "COPY a 'b'", "ONBUILD COPY a b", "FROM x:1 AS a\nWORKDIR /x\nFROM y:1\nCOPY a b", "FROM x:1 AS a\nCOPY c d\nWORKDIR /"},
			[]string{"COPY a /b", "COPY a \"/b\"", "COPY a $X", `COPY a c:\b`, "COPY a d:/b", "WORKDIR /x\nCOPY a b", "FROM x:1 AS a\nWORKDIR /x\nFROM a\nCOPY a b", "ONBUILD WORKDIR /x\nONBUILD COPY a b", "ADD a b"}},
		{"hadolint:DL3047", []string{"RUN wget https://e.com/x", "RUN x && wget -O y https://e.com/x"},
			[]string{"RUN wget -q https://e.com/x", "RUN wget -O y -nv https://e.com/x", "RUN wget --progress=dot:giga https://e.com/x", "RUN wget -o log https://e.com/x", "RUN wget --no-verbose https://e.com/x", "RUN wget -qO- https://e.com/x", "RUN curl https://e.com/x"}},
		{"hadolint:DL3059", []string{"RUN a\nRUN b", "RUN a\n# c\nRUN b", "RUN --mount=type=ssh a\nRUN --mount=type=ssh b", "RUN a && b\nRUN c"},
			[]string{"RUN a\nUSER 1\nRUN b", "RUN a && b && c\nRUN d", "RUN a\nRUN b && c && d", "RUN --mount=type=ssh a\nRUN b", "RUN a\nFROM b:1\nRUN c"}},
		{"hadolint:DL4001", []string{"RUN wget a\nRUN curl b", "RUN curl a && wget b", "RUN curl a\nUSER 1\nRUN x; wget b"}, []string{"RUN wget a\nFROM b:1\nRUN curl b", "RUN wget a\nRUN wget b", "RUN apt-get install wget curl"}},
		{"trivy:DS-0014", []string{"RUN wget a\nRUN curl b", "RUN wget a\nFROM b:1\nRUN curl b"}, []string{"RUN wget a\nRUN x; curl b", "RUN wget a"}},
		{"kics:run-using-wget-and-curl", []string{"RUN wget a\nRUN curl b"}, []string{"RUN wget a\nFROM b:1\nRUN curl b"}},
		{"hadolint:DL4005", []string{"RUN ln -sf /bin/bash /bin/sh", "RUN x && ln /bin/sh y"}, []string{"RUN ln -s /bin/bash /bin/shx", "RUN cp /bin/bash /bin/sh"}},
		{"hadolint:DL4006", []string{"RUN a | b", "SHELL [\"/bin/sh\", \"-o\", \"pipefail\", \"-c\"]\nRUN a | b", "SHELL [\"/bin/bash\", \"-c\"]\nRUN a | b", "RUN x=$(a | b)",
			"RUN set -o pipefail && a | b", "SHELL [\"bash\", \"-o\", \"pipefail\", \"-c\"]\nFROM c:1\nRUN a | b", "ONBUILD RUN a | b"},
			[]string{"RUN a || b", "SHELL [\"/bin/ash\", \"-eo\", \"pipefail\", \"-c\"]\nRUN a | b", "SHELL [\"zsh\", \"-e\", \"-o\", \"pipefail\", \"-c\"]\nRUN a | b", "SHELL [\"pwsh\", \"-c\"]\nRUN a | b", "SHELL [\"cmd\", \"/c\"]\nRUN a | b", "RUN echo 'a | b'"}},
		{"buildkit:LegacyKeyValueFormat", []string{"ENV a b", "LABEL a b c", "ENV a =b"}, []string{"ENV a=b", "ENV a= b=c", "LABEL a=\"b c\"", "ARG a", "ONBUILD ENV a b"}},
		{"buildkit:NoEmptyContinuation", []string{"RUN a \\\n\n b", "ENV a=b \\\n\n\n c=d", "RUN a \\\n\n"}, []string{"RUN a \\\n # x\n b", "RUN a\n\nRUN b", "RUN <<E\na \\\n\nb\nE"}},
		{"buildkit:ConsistentInstructionCasing", []string{"run a", "Run a\nRun b", "from c:1\nRUN a"}, []string{"RUN a", "ONBUILD run a"}},
	} {
		for _, text := range c.find {
			require.True(t, slices.Contains(sameAs(t, below(text)), c.alias), "%s finds:\n%s", c.alias, text)
		}
		for _, text := range c.ignore {
			require.False(t, slices.Contains(sameAs(t, below(text)), c.alias), "%s is silent on:\n%s", c.alias, text)
		}
	}
}

func below(text string) string {
	if strings.HasPrefix(text, "FROM ") {
		return text + "\n"
	}
	return "FROM debian:12\n" + text + "\n"
}

// fixed applies the edits of a rule's findings and returns both versions.
func fixed(t *testing.T, id, text string) (before, after *dockerfile.File, edited bool) {
	t.Helper()
	src := source.NewFile("Dockerfile", text)
	before, err := dockerfile.Parse(src)
	require.NoError(t, err)
	found, _ := judge(t, text)
	var edits []source.Edit
	for _, f := range found {
		if f.Rule.ID == id && f.Fix != nil {
			edits = append(edits, f.Fix.Edits...)
		}
	}
	for i := range edits {
		edits[i].Span = src.Span(edits[i].Span.Start.Offset, edits[i].Span.End.Offset)
	}
	out, err := source.Apply(src, edits)
	require.NoError(t, err)
	after, err = dockerfile.Parse(out)
	require.NoError(t, err)
	return before, after, len(edits) > 0
}

// TestLegacyPairKeepsTheValue holds that what a builder makes of ENV and LABEL
// is the same after the edit: the parser fills in values with BuildKit's lexer.
func TestLegacyPairKeepsTheValue(t *testing.T) {
	values := map[string]bool{ // whether an edit is made
		"b": true, "b c": true, "b  c\t d": true, "$X": true, "$X y": true, "${X:-a b} c": true, "=b": true, "a=b c=d": true, `"b c"`: true,
		`'b $X'`: true, `"b"c`: true, `b\ c`: true, `\"b`: true, "-Da -Db=$X": true, "/opt:$PATH": true, "it's": false, `a "b c"`: false,
		`a 'b'`: false, `a\b c`: false, `"b c`: false, "b \\\n  c": true, "b\\\n  c": true, "a#b c": true, "# b": true, "ü é": true, "a\u00a0b": true,
	}
	for value, want := range values {
		for _, keyword := range []string{"ENV", "LABEL"} {
			text := "FROM debian:12\nENV X=\"1 2\"\n" + keyword + " KEY " + value + "\nUSER 1\n"
			before, after, edited := fixed(t, "TW-D186", text)
			require.Equal(t, want, edited, "%q", value)
			old, now := before.Stages[0].Instructions[1].Pairs[0], after.Stages[0].Instructions[1].Pairs[0]
			require.Equal(t, old.Key.Value, now.Key.Value, "%q", value)
			require.Equal(t, old.Value.Value, now.Value.Value, "%q becomes %s", value, after.Stages[0].Instructions[1].Span.Text())
			require.Len(t, after.Stages[0].Instructions[1].Pairs, 1)
			require.Len(t, after.Stages[0].Instructions, 3)
		}
	}
}

// TestExecFormKeepsTheWords holds that only what a shell would hand on as it
// stands is written in JSON form.
func TestExecFormKeepsTheWords(t *testing.T) {
	for command, want := range map[string][]string{
		"app": {"app"}, "/usr/bin/app  --x=1 -y a,b": {"/usr/bin/app", "--x=1", "-y", "a,b"}, "python3 -m http.server 80": {"python3", "-m", "http.server", "80"},
		"app $X": nil, "app && b": nil, "app *.x": nil, "app ~/x": nil, "A=1 app": nil, "exec app": nil, "cd x": nil, "./run.sh": nil, "app 'b'": nil,
		"app \\\n --x": nil, "app; b": nil, "app > x": nil, "app #x": nil, "app a{b,c}": nil, "echo x": nil, `app a\b`: nil, "app !x": nil, "[ x ]": nil,
	} {
		for _, keyword := range []string{"CMD", "ENTRYPOINT", "HEALTHCHECK --interval=3s CMD"} {
			id := "TW-D177"
			if strings.HasPrefix(keyword, "HEALTHCHECK") {
				id = "TW-D178"
			}
			_, after, edited := fixed(t, id, "FROM debian:12\n"+keyword+" "+command+"\n")
			require.Equal(t, want != nil, edited, command)
			if in := after.Stages[0].Instructions[0]; want != nil && id == "TW-D177" {
				require.True(t, in.JSON)
				var got []string
				for _, w := range in.Args {
					got = append(got, w.Value)
				}
				require.Equal(t, want, got)
			}
		}
	}
	for _, text := range []string{"ENTRYPOINT [\"a\"]\nCMD app", "CMD [\"a\"]\nENTRYPOINT app", "SHELL [\"bash\", \"-c\"]\nHEALTHCHECK CMD app"} {
		for _, id := range []string{"TW-D177", "TW-D178"} {
			_, _, edited := fixed(t, id, "FROM debian:12\n"+text+"\n")
			require.False(t, edited, "what one form is changes what the other means: %s", text)
		}
	}
}

// TestEmptyLinesGoWithoutATrace holds that taking empty lines out leaves every
// instruction as it was.
func TestEmptyLinesGoWithoutATrace(t *testing.T) {
	for _, text := range []string{
		"FROM a:1\nRUN x \\\n\n y \\\n# c\n \t\n z\nUSER 1\n", "FROM a:1\r\nRUN x \\\r\n\r\n y\r\nUSER 1\r\n", "FROM a:1\nRUN x \\\n\n", "FROM a:1\nRUN x \\\n\n ",
		"# escape=`\nFROM a:1\nRUN x `\n\n y\nUSER 1\n", "FROM a:1\nRUN x \\\n\n <<EOF\nb \\\n\nEOF\nUSER 1",
	} {
		before, after, edited := fixed(t, "TW-D187", text)
		require.True(t, edited)
		require.Len(t, after.Stages[0].Instructions, len(before.Stages[0].Instructions))
		for i, in := range before.Stages[0].Instructions {
			require.Equal(t, in.CreatedBy(), after.Stages[0].Instructions[i].CreatedBy())
		}
		_, _, again := fixed(t, "TW-D187", after.Source.Text)
		require.False(t, again)
	}
}

// TestAddEdits holds that ADD becomes COPY only where both do the same.
func TestAddEdits(t *testing.T) {
	for args, want := range map[string]bool{
		". /x": true, "a/ /x": true, "run.sh /x": true, "a.txt b.py /x/": true, "*.go /x": true, "--chown=1 a.json /x": true, `["a b.txt", "/x"]`: true, "<<EOF /x\na\nEOF": true,
		"app /x": false, "*.* /x": false, "* /x": false, "$X.txt /x": false, "a.tar b.txt /x/": false, "--unpack=true a.txt /x": false, "a.tzst /x": false, "a.[tg]* /x": false,
	} {
		_, after, edited := fixed(t, "TW-D175", "FROM debian:12\nADD "+args+"\n")
		require.Equal(t, want, edited, args)
		require.Equal(t, map[bool]string{true: "COPY", false: "ADD"}[want], after.Stages[0].Instructions[0].Keyword)
	}
}
