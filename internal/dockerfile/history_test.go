package dockerfile_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMatchesHistory(t *testing.T) {
	tests := map[string]struct {
		instruction string
		yes, no     []string
	}{
		"run": {
			"RUN apt-get update \\\n  # note\n  && apt-get install -y curl",
			[]string{
				"RUN /bin/sh -c apt-get update   && apt-get install -y curl # buildkit",
				"/bin/sh -c apt-get update   && apt-get install -y curl",
				"|2 A=1 B=x y /bin/sh -c apt-get update   && apt-get install -y curl",
				"RUN |1 A=b /bin/sh -c apt-get update   && apt-get install -y curl # buildkit",
				"RUN apt-get update && apt-get install -y curl",
			},
			[]string{"/bin/sh -c apt-get update", "RUN /bin/sh -c apt-get update && apt-get install -y wget # buildkit", "/bin/sh -c #(nop)  CMD [\"x\"]"},
		},
		"run with mount":           {"RUN --mount=type=cache,target=/x go build", []string{"RUN /bin/sh -c go build # buildkit"}, nil},
		"run exec form":            {`RUN ["go", "build"]`, []string{"RUN go build # buildkit", "go build"}, nil},
		"run heredoc":              {"RUN <<EOF\nset -e\ngo build\nEOF", []string{"RUN /bin/sh -c set -e\ngo build\n # buildkit"}, nil},
		"run heredoc with command": {"RUN cat <<EOF > /x\nhello\nEOF", []string{"RUN /bin/sh -c cat <<EOF > /x\nhello\nEOF # buildkit"}, nil},
		"run heredoc with shebang": {"RUN <<EOF\n#!/bin/bash\na\nEOF", []string{"RUN /bin/sh -c /dev/pipes/EOF # buildkit"}, nil},
		"copy": {
			"COPY --from=build --chown=app:app a b /dst/",
			[]string{
				"COPY --chown=app:app a b /dst/ # buildkit",
				"/bin/sh -c #(nop) COPY --chown=app:appmulti:0123456789abcdef in /dst/ ",
				"/bin/sh -c #(nop) COPY multi:0123456789abcdef in /dst/ ",
				"COPY --from=build --chown=app:app a b /dst/",
			},
			[]string{"COPY a c /dst/ # buildkit", "/bin/sh -c #(nop) COPY file:01 in /other ", "ADD a b /dst/ # buildkit"},
		},
		"copy relative":       {"COPY . .", []string{"COPY . . # buildkit", "/bin/sh -c #(nop) COPY dir:01 in . ", "/bin/sh -c #(nop) COPY dir:01 in /app/"}, nil},
		"copy with argument":  {"COPY ${BIN} /usr/bin/$NAME", []string{"COPY out/app /usr/bin/app # buildkit"}, []string{"COPY out/app /opt/app # buildkit"}},
		"copy heredoc":        {"COPY <<-'EOF' x /etc/\n\ta\n\tEOF", []string{"COPY x <<EOF /etc/ # buildkit"}, nil},
		"add":                 {"ADD file.tar /", []string{"ADD file.tar / # buildkit", "/bin/sh -c #(nop) ADD file:9f in / "}, nil},
		"env":                 {`ENV A="x y" B=$C`, []string{"ENV A=x y B=z", "/bin/sh -c #(nop)  ENV A=x y B=z"}, []string{"ENV A=x B=z"}},
		"env old form":        {"ENV A some value", []string{"ENV A=some value"}, nil},
		"arg":                 {"ARG V=1", []string{"ARG V=1", "ARG V=2", "ARG V", "/bin/sh -c #(nop)  ARG V=1"}, []string{"ARG VV=1"}},
		"arg without default": {"ARG V", []string{"ARG V", "ARG V=2"}, []string{"ARG W"}},
		"workdir":             {"WORKDIR /app/", []string{"WORKDIR /app", "/bin/sh -c #(nop) WORKDIR /app"}, []string{"WORKDIR /"}},
		"workdir relative":    {"WORKDIR src", []string{"WORKDIR /app/src"}, []string{"WORKDIR /src2"}},
		"user":                {"USER ${U:-app}", []string{"USER app", "/bin/sh -c #(nop)  USER app"}, nil},
		"expose":              {"EXPOSE 8080 53/udp", []string{"EXPOSE [53/udp 8080/tcp]", "EXPOSE map[53/udp:{} 8080/tcp:{}]", "/bin/sh -c #(nop)  EXPOSE 53/udp 8080"}, []string{"EXPOSE [80/tcp]"}},
		"volume":              {`VOLUME ["/a", "/b"]`, []string{"VOLUME [/a /b]", "/bin/sh -c #(nop)  VOLUME [/a /b]"}, nil},
		"cmd":                 {`CMD ["./podinfo", "--x"]`, []string{`CMD ["./podinfo" "--x"]`, `/bin/sh -c #(nop)  CMD ["./podinfo" "--x"]`, `CMD ["./podinfo", "--x"]`}, []string{`CMD ["./podinfo"]`, `ENTRYPOINT ["./podinfo" "--x"]`}},
		"cmd shell form":      {"CMD app --x", []string{`CMD ["/bin/sh" "-c" "app --x"]`}, nil},
		"entrypoint":          {`ENTRYPOINT ["a"]`, []string{`ENTRYPOINT ["a"]`}, nil},
		"label":               {"LABEL a=b", []string{"LABEL a=b", "/bin/sh -c #(nop)  LABEL a=b"}, nil},
		"shell":               {`SHELL ["/bin/bash", "-c"]`, []string{"SHELL [/bin/bash -c]"}, nil},
		"stopsignal":          {"STOPSIGNAL SIGQUIT", []string{"STOPSIGNAL SIGQUIT"}, nil},
		"healthcheck":         {"HEALTHCHECK CMD true", []string{"HEALTHCHECK {Test:[CMD-SHELL true] Interval:0s}", `/bin/sh -c #(nop)  HEALTHCHECK &{["CMD-SHELL" "true"] "0s"}`}, nil},
		"maintainer":          {"MAINTAINER a b", []string{"MAINTAINER a b", "/bin/sh -c #(nop)  MAINTAINER a b"}, nil},
		"onbuild":             {"ONBUILD RUN make", []string{"/bin/sh -c #(nop)  ONBUILD RUN make"}, []string{"/bin/sh -c make"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			in := parse(t, "FROM a:1\n"+tt.instruction+"\n").Stages[0].Instructions[0]
			for _, s := range tt.yes {
				require.True(t, in.MatchesHistory(s), "%q", s)
			}
			for _, s := range append(tt.no, "", "/bin/sh -c #(nop) ADD file:77 in /zz ") {
				require.False(t, in.MatchesHistory(s), "%q", s)
			}
		})
	}
}

func TestCreatedBy(t *testing.T) {
	f := parse(t, "FROM a:1\nARG V=1\nSHELL [\"/bin/bash\", \"-c\"]\nRUN make $V\nCOPY a$V /b\nENV X=$V\n")
	in := f.Stages[0].Instructions
	require.Equal(t, []string{"RUN /bin/bash -c make $V # buildkit", "/bin/bash -c make $V"}, in[2].CreatedBy()[:2])
	require.Equal(t, "COPY a1 /b # buildkit", in[3].CreatedBy()[0])
	require.Contains(t, in[3].CreatedBy(), "/bin/sh -c #(nop) COPY *:* in /b")
	require.Equal(t, []string{"ENV X=1", "/bin/sh -c #(nop) ENV X=1"}, in[4].CreatedBy())
	var empty []bool
	for _, i := range in {
		empty = append(empty, i.EmptyLayer)
	}
	require.Equal(t, []bool{true, true, false, false, true}, empty)
}
