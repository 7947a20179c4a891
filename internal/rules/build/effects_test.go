package build

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// lastStage parses a Dockerfile, joins it with a tree and returns its last stage.
func lastStage(t *testing.T, text string, tree ...string) *dockerfile.Stage {
	t.Helper()
	f, err := dockerfile.Parse(source.NewFile("Dockerfile", text))
	require.NoError(t, err)
	files := fstest.MapFS{}
	for _, name := range tree {
		files[name] = &fstest.MapFile{}
	}
	dockerfile.JoinContexts(source.OpenFS(files), []*dockerfile.File{f}, nil)
	return f.Stages[len(f.Stages)-1]
}

func TestWhereInstructionsWrite(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"WORKDIR /a\nWORKDIR b", "/a /a/b"},
		{"WORKDIR b", "~base/b"},
		{"WORKDIR ../b", "-"},
		{"WORKDIR $X", "-"},
		{"VOLUME [\"/a\", \"/b\"]", "/a /b"},
		{"COPY one /x", "/x"},
		{"COPY one /x/", "/x/one"},
		{"COPY one .", "~base/one"},
		{"WORKDIR /w\nCOPY one two ./", "/w /w/one /w/two"},
		{"WORKDIR /w\nCOPY one /w", "/w /w/one"},
		{"COPY dir /x", "/x"},
		{"COPY dir/* /x/", "/x"},
		{"COPY gone /x", "/x|/x/gone"},
		{"COPY gone /x/", "/x/gone|/x"},
		{"COPY <<E /x/\na\nE", "/x/E"},
		{"ADD https://x.example/y.tgz?z=1 /x/", "/x/y.tgz|/x"},
		{"ADD a.tar.gz /x/", "/x"},
		{"COPY one /x/$V/../..", "-"},
		{"COPY one /x/$V/", "/x/$V/one"},
		{"RUN echo a > /x 2>/y && echo b >> ~/z", "/x /root/z"},
		{"USER app\nRUN echo a > ~/x > $HOME/y", "/home/app/x /home/app/y"},
		{"USER 65532\nRUN echo a > ~/x", "-"},
		{"RUN cd /a && echo b > c && (cd d; touch e)", "/a/c /a/d/e"},
		{"RUN a | tee -a /x y >/dev/null", "/x ~base/y"},
		{"RUN mkdir -p -m 755 /a/b /c", "/a/b /c"},
		{"RUN cp a b /c && mv a /d && ln -s /x", "/c/a|/c /c/b|/c /d|/d/a ~base/x"},
		{"RUN install -d /a /b && install -m 644 x /c && install -t /d y", "/a /b /c|/c/x /d"},
		{"RUN sed -i s/a/b/ /c && sed -e s/a/b/ -i /d && sed s/a/b/ /e", "/c /d"},
		{"RUN perl -pi -e s/a/b/ /c && perl -e x /d", "/c"},
		{"RUN dd if=/a of=/b bs=1", "/b"},
		{"RUN tar xzf a.tgz -C /b && tar -x -f a --directory=/c && tar czf /d.tgz /e && tar tf /f && tar -xOf /g", "/b /c /d.tgz"},
		{"RUN cd /a && tar xf b && unzip b -d /c && unzip -l d", "/a /c"},
		{"RUN curl -o /a https://x && curl -O https://x/b && curl https://x > /c && curl https://x | sh", "/a ~base/b /c"},
		{"RUN wget -P /a https://x/b && wget -O- https://x && wget -qO /c https://x", "/a/b /c"},
		{"RUN curl --output-dir /a -O https://x/b", "/a/b"},
		{"RUN git clone --depth 1 https://x/y.git && git -C /z clone https://x/y w && git pull", "~base/y /z/w"},
		{"RUN go build -ldflags '-s' -o /a ./b && gcc -o /c d.c && openssl req -newkey x -keyout /k -out /o && ssh-keygen -t x -f /s", "/a /c /o /k /s"},
		{"RUN --mount=type=cache,target=/c --mount=type=bind,target=. echo a > /c/d && touch e /f", "/f"},
		{"RUN chmod +x /a && chown b /c && apt-get install -y d && useradd e && true", ""},
		{"RUN [\"touch\", \"/a\"]", "/a"},
		{"RUN sh -c 'touch /a'", "/a"},
		{"RUN rm -rf /a /b/*", "!/a !/b/*"},
		{"RUN apt-get update && apk add --no-cache a && pip install b && pip install --no-cache-dir c && yum clean all", "/var/lib/apt/lists /root/.cache/pip !/var/cache/yum"},
		{"ONBUILD COPY one /x", ""},
	} {
		var got []string
		for _, e := range effectsOf(lastStage(t, "FROM a:1\n"+c.text+"\n", "one", "two", "dir/a", "a.tar.gz")) {
			word := strings.Join(e.paths, "|")
			if word == "" {
				word = "-"
			}
			if e.removed {
				word = "!" + word
			}
			got = append(got, word)
		}
		require.Equal(t, c.want, strings.Join(got, " "), c.text)
	}
	scratch := effectsOf(lastStage(t, "FROM scratch\nCOPY one .\nRUN touch x\n", "one"))
	require.Equal(t, []string{"/one"}, scratch[0].paths)
	require.Equal(t, []string{"/x"}, scratch[1].paths)
}

func TestCovers(t *testing.T) {
	for _, c := range []struct {
		pattern, name string
		want          bool
	}{
		{"/a", "/a", true}, {"/a", "/a/b", true}, {"/a", "/ab", false}, {"/", "/a", true}, {"/a/*", "/a/b/c", true}, {"/a/*", "/a", false},
		{"/a/*.x", "/a/b.x", true}, {"/a/*.x", "/a/b.y", false}, {"/*/b", "/a/b/c", true}, {"/a/[", "/a/[", false}, {"~base/x", "~base/x", true}, {"/a/b", "/a", false},
	} {
		require.Equal(t, c.want, covers(c.pattern, c.name), "%s on %s", c.pattern, c.name)
	}
}

// TestManyEffects holds that a file at the limits is judged in no bad time.
func TestManyEffects(t *testing.T) {
	var b strings.Builder
	b.WriteString("FROM a:1\n")
	for i := range 2_000 {
		fmt.Fprintf(&b, "COPY id_rsa /k/%d/\nRUN rm /k/%d/id_rsa*\n", i, i+5_000)
	}
	start := time.Now()
	s := lastStage(t, b.String(), "id_rsa")
	require.Len(t, effectsOf(s), 4_000)
	require.Len(t, remaining(s), 2_000)
	require.Less(t, time.Since(start), 2*time.Minute)
}
