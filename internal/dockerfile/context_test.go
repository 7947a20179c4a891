package dockerfile_test

import (
	"fmt"
	"math/rand"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"
	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// join parses the Dockerfile at a path of a tree and joins its context. The tree
// is written "path" or "path=text".
func join(t *testing.T, name, text, stated string, tree ...string) (*dockerfile.File, []source.NotAnalysed) {
	t.Helper()
	files := fstest.MapFS{name: {Data: []byte(text)}}
	for _, f := range tree {
		p, content, _ := strings.Cut(f, "=")
		files[p] = &fstest.MapFile{Data: []byte(content)}
	}
	f, err := dockerfile.Parse(source.NewFile(name, text))
	require.NoError(t, err)
	missing := dockerfile.JoinContexts(source.OpenFS(files), []*dockerfile.File{f}, map[string]string{name: stated})
	return f, missing
}

func TestWhichFolderIsTheContext(t *testing.T) {
	for _, c := range []struct {
		what, file, copies, stated string
		tree                       []string
		want                       string
		certain                    bool
	}{
		{"the root has no other", "Dockerfile", "COPY . .", "", []string{"a"}, ".", true},
		{"nothing copied exists", "Dockerfile", "COPY target/a.jar .", "", []string{"a"}, ".", false},
		{"the folder of the Dockerfile", "app/Dockerfile", "COPY main.go .", "", []string{"app/main.go"}, "app", true},
		{"the root, since only there it exists", "app/Dockerfile", "COPY app/main.go .", "", []string{"app/main.go"}, ".", true},
		{"a folder in between", "a/b/docker/Dockerfile", "COPY b/main.go .", "", []string{"a/b/main.go"}, "a", true},
		{"both have it", "app/Dockerfile", "COPY go.mod .", "", []string{"app/go.mod", "go.mod"}, "app", false},
		{"both have it, and the root a list", "app/Dockerfile", "COPY go.mod .", "", []string{"app/go.mod", "go.mod", ".dockerignore"}, ".", true},
		{"one source decides", "app/Dockerfile", "COPY go.mod lib ./", "", []string{"app/go.mod", "go.mod", "lib/x"}, ".", true},
		{"a wildcard decides", "app/Dockerfile", "COPY lib/*.go ./", "", []string{"app/x", "lib/x.go"}, ".", true},
		{"only Dockerfiles beside it", "docker/Dockerfile", "COPY . .", "", []string{"main.go", "docker/Dockerfile.dev"}, ".", false},
		{"convention", "app/Dockerfile", "COPY . .", "", []string{"main.go", "app/main.go"}, "app", false},
		{"the configuration", "app/Dockerfile", "COPY main.go .", ".", []string{"app/main.go"}, ".", true},
		{"unwalked folders tell nothing", "app/Dockerfile", "COPY vendor/x .\nCOPY $X b ./\nCOPY <<E /x\nE\nADD https://x/y /", "", []string{"b"}, ".", true},
	} {
		t.Run(c.what, func(t *testing.T) {
			f, missing := join(t, c.file, "FROM a:1\n"+c.copies+"\n", c.stated, c.tree...)
			require.Empty(t, missing)
			require.Equal(t, c.want, f.Context.Dir)
			require.Equal(t, c.certain, f.Context.Certain)
		})
	}
}

func TestWhatASourceTakes(t *testing.T) {
	tree := []string{".git/HEAD", ".env=A=1", "app/.env=B=2", "app/tls/server.key", "app/main.go", "id_rsa", "b c/x.pem", "\xc3\xa9.key=\xff"}
	for copy, want := range map[string]string{
		"COPY . /x":                        "whole git .env app/.env app/tls/server.key b c/x.pem id_rsa é.key",
		"COPY / /x":                        "whole git .env app/.env app/tls/server.key b c/x.pem id_rsa é.key",
		"COPY ../.. /x":                    "whole git .env app/.env app/tls/server.key b c/x.pem id_rsa é.key",
		"COPY * /x":                        "git .env app/.env app/tls/server.key b c/x.pem id_rsa é.key",
		"COPY app /x":                      "app/.env app/tls/server.key",
		"COPY ./app/ /x":                   "app/.env app/tls/server.key",
		"COPY */tls /x":                    "app/tls/server.key",
		"COPY */*.go /x":                   "",
		"COPY a?p/.e* /x":                  "app/.env",
		"COPY **/.env /x":                  "app/.env",
		"COPY --parents **/.env /x":        ".env app/.env",
		"COPY --parents app/./tls /x":      "app/tls/server.key",
		"COPY --exclude=.env app /x":       "app/tls/server.key",
		"COPY --exclude=**/*.key app /x":   "app/.env",
		"COPY --exclude=[ app /x":          "app/.env app/tls/server.key",
		"COPY [\"b c\", \"/x\"]":           "b c/x.pem",
		"COPY .env app/main.go /x":         ".env |",
		"COPY --from=b . /x":               "none",
		"COPY missing /x":                  "",
		"COPY .git /x":                     "git",
		"ADD https://x.example/.env . /x/": "whole git .env app/.env app/tls/server.key b c/x.pem id_rsa é.key",
	} {
		f, missing := join(t, "Dockerfile", "FROM a:1 AS b\nFROM a:1\n"+copy+"\n", ".", tree...)
		require.Empty(t, missing)
		require.Equal(t, want, taken(f.Stages[1].Instructions[0].FromContext), copy)
	}
}

func taken(copies []dockerfile.Copied) string {
	if copies == nil {
		return "none"
	}
	var parts []string
	for i, c := range copies {
		var words []string
		if c.Whole {
			words = append(words, "whole")
		}
		if c.Git {
			words = append(words, "git")
		}
		for _, f := range c.Delicate {
			words = append(words, f.Path)
		}
		if i > 0 {
			words = append([]string{"|"}, words...)
		}
		parts = append(parts, strings.Join(words, " "))
	}
	return strings.Join(parts, " ")
}

func TestFilesOfTheContextAreRead(t *testing.T) {
	f, _ := join(t, "app/Dockerfile", "FROM a:1\nCOPY . /x\n", "app", "app/.env=A=1", "app/b.key=\x00", "app/c.pem="+strings.Repeat("é", dockerfile.MaxHeadBytes))
	files := f.Stages[0].Instructions[0].FromContext[0].Delicate
	require.Len(t, files, 3)
	require.Equal(t, dockerfile.ContextFile{Path: ".env", Text: "A=1", Read: true}, *files[0])
	require.Equal(t, dockerfile.ContextFile{Path: "b.key"}, *files[1])
	require.True(t, files[2].Read)
	require.Len(t, files[2].Text, dockerfile.MaxHeadBytes)
}

func TestIgnoredFilesAreNotTaken(t *testing.T) {
	for _, c := range []struct {
		list, copy                      string
		taken                           string
		ignored, warned, gitOpen, exist bool
	}{
		{".env\n.git", "COPY . /", "whole app/.env", false, false, false, true},
		{"**/.env\n.git/", "COPY . /", "whole", false, false, false, true},
		{"*\n!app", "COPY . /", "whole app/.env", false, false, false, true},
		{"*", "COPY . /", "whole", true, true, false, true},
		{"app", "COPY app/main.go /", "", true, true, false, true},
		{"app", "COPY /app/main.go /", "", true, false, false, true},
		{"app/*\n!app/main.go", "COPY app/main.go /", "", false, false, false, true},
		{"app/*\n!app/main.go", "COPY app/.env /", "", true, false, false, true},
		{"dist", "COPY dist /", "", true, true, false, false},
		{"*.md", "COPY *.md /", "", true, true, false, false},
		{"# app\n\n", "COPY app/.env /", "app/.env", false, false, false, true},
	} {
		f, missing := join(t, "Dockerfile", "FROM a:1\n"+c.copy+"\n", "", ".env", ".git/HEAD", "app/main.go", "app/.env", ".dockerignore="+c.list)
		require.Empty(t, missing)
		got := f.Stages[0].Instructions[0].FromContext[0]
		require.Equal(t, c.taken, strings.TrimSpace(taken([]dockerfile.Copied{got})), c)
		require.Equal(t, []bool{c.ignored, c.warned, c.gitOpen, c.exist}, []bool{got.Ignored, got.Warned, got.GitOpen, got.Exists}, c)
	}
}

func TestTheListOfTheDockerfileGoesFirst(t *testing.T) {
	f, _ := join(t, "app/prod.Dockerfile", "FROM a:1\nCOPY . /\n", ".", "app/prod.Dockerfile.dockerignore=a", ".dockerignore=b", "app/.dockerignore=c")
	require.Equal(t, "app/prod.Dockerfile.dockerignore", f.Context.Ignore.Source.Path)
	f, _ = join(t, "app/Dockerfile", "FROM a:1\nCOPY . /\n", ".", ".dockerignore=b", ".containerignore=d", "app/.dockerignore=c")
	require.Equal(t, ".dockerignore", f.Context.Ignore.Source.Path)
	f, _ = join(t, "Containerfile", "FROM a:1\nCOPY . /\n", "", ".containerignore=d")
	require.Equal(t, ".containerignore", f.Context.Ignore.Source.Path)
}

func TestListsThatCannotBeUsed(t *testing.T) {
	for list, want := range map[string]string{
		"a[":                                  "a pattern that no builder accepts",
		"!":                                   "a pattern that no builder accepts",
		"\xff":                                "UTF-8",
		strings.Repeat("x", 70<<10):           "cannot be read",
		strings.Repeat("x", 2<<10):            "longer than the limit of 1024 bytes",
		strings.Repeat("x\n", 5_001):          "has 5001 patterns, more than the limit of 5000",
		strings.Repeat("# comment\n", 30<<10): "larger than the limit of 256 KiB",
	} {
		f, missing := join(t, "Dockerfile", "FROM a:1\nCOPY . /\n", "", ".env", ".dockerignore="+list)
		require.Len(t, missing, 1, "%.20q", list)
		require.Equal(t, ".dockerignore", missing[0].Path)
		require.Contains(t, missing[0].Reason, want)
		require.Equal(t, "whole .env", taken(f.Stages[0].Instructions[0].FromContext))
	}
}

// TestHostileContexts holds that what patterns and sources cost together is
// bounded, and that the bound is said.
func TestHostileContexts(t *testing.T) {
	pattern := strings.Repeat("*a", 500)
	files := fstest.MapFS{".dockerignore": {Data: []byte(strings.Repeat(pattern+"b\n", 200))}}
	for i := range 2_000 {
		files[fmt.Sprintf("%s%d/x.pem", strings.Repeat("a", 200), i)] = &fstest.MapFile{}
	}
	f, err := dockerfile.Parse(source.NewFile("Dockerfile", "FROM a:1\n"+strings.Repeat("COPY *a*a*a*a*a*a/* x y z /\n", 5_000)))
	require.NoError(t, err)
	missing := dockerfile.JoinContexts(source.OpenFS(files), []*dockerfile.File{f}, nil)
	require.Len(t, missing, 1)
	require.Contains(t, missing[0].Reason, "more than the limit of 512 million steps")
}

// TestIgnoringIsWhatBuildKitDoes compares, for random lists and paths, our
// verdict with that of the library that BuildKit applies, over the patterns as
// it reads them.
func TestIgnoringIsWhatBuildKitDoes(t *testing.T) {
	rnd := rand.New(rand.NewSource(7))
	pieces := []string{"a", "b", ".git", "*", "**", "?", "a*", "*.go", "[ab]", "x.go", "\\*", ".", ".."}
	pick := func(from []string, most int) string {
		var parts []string
		for range 1 + rnd.Intn(most) {
			parts = append(parts, from[rnd.Intn(len(from))])
		}
		return strings.Join(parts, "/")
	}
	ignored := 0
	for range 20_000 {
		var lines []string
		for range 1 + rnd.Intn(5) {
			line := []string{"", "", "!", "/", "! ", "  ", "#"}[rnd.Intn(7)] + pick(pieces, 3) + []string{"", "", "/", " ", "\r"}[rnd.Intn(5)]
			lines = append(lines, line)
		}
		text := strings.Join(lines, "\n")
		name := pick([]string{"a", "b", ".git", "x.go", "ab"}, 4)
		patterns, err := ignorefile.ReadAll(strings.NewReader(text))
		require.NoError(t, err)
		ours, err := dockerfile.ParseIgnoreFile(source.NewFile(".dockerignore", text))
		if err != nil {
			_, err = patternmatcher.MatchesOrParentMatches(name, patterns)
			require.Error(t, err, text)
			continue
		}
		want, err := patternmatcher.MatchesOrParentMatches(name, patterns)
		require.NoError(t, err)
		require.Equal(t, want, ours.LeavesOut(name), "%q on %s", text, name)
		if want {
			ignored++
		}
	}
	require.Greater(t, ignored, 2_000)
}
