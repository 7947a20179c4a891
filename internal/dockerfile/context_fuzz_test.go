package dockerfile_test

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// FuzzContext holds that no .dockerignore and no COPY crashes the reader, and
// that what is told of a file is what the list says of it.
func FuzzContext(f *testing.F) {
	for _, seed := range [][2]string{
		{".git\n!.git/config\n**/*.pem\n", "COPY . /x\n"},
		{"\ufeff# x\n/app\n", "COPY --parents --exclude=a app/./*/x* /x/\n"},
		{"*\n!a\\[", "ADD [\"[a-\", \"../..\", \"/\"]\n"},
		{"[]a]", "COPY a? **/b /\n"},
		{"a/**/b/..", "COPY ? // \\ /\n"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, list, copies string) {
		files := fstest.MapFS{
			"app/Dockerfile": {Data: []byte("FROM a:1\n" + copies)}, ".dockerignore": {Data: []byte(list)},
			"app/id_rsa": {}, "a/b/.env": {}, ".git/config": {}, "x.pem": {}, "app/.ssh/x": {},
		}
		repo := source.OpenFS(files)
		text, err := repo.Read("app/Dockerfile")
		if err != nil {
			return
		}
		file, err := dockerfile.Parse(text)
		if err != nil {
			return
		}
		dockerfile.JoinContexts(repo, []*dockerfile.File{file}, nil)
		require.Contains(t, []string{".", "app"}, file.Context.Dir)
		for in := range file.Instructions() {
			for _, c := range in.FromContext {
				for _, d := range c.Delicate {
					require.False(t, file.Context.Ignore.LeavesOut(d.Path))
				}
			}
		}
	})
}
