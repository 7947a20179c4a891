package revision

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/revision/revisiontest"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// repository is a git repository on disk.
type repository struct {
	t   *testing.T
	dir string
}

func newRepository(t *testing.T) *repository { return &repository{t, t.TempDir()} }

func (r *repository) write(files map[string]string) {
	for name, text := range files {
		name = filepath.Join(r.dir, name)
		require.NoError(r.t, os.MkdirAll(filepath.Dir(name), 0o755))
		require.NoError(r.t, os.WriteFile(name, []byte(text), 0o644))
	}
}

func (r *repository) commit(files map[string]string) string {
	r.write(files)
	hash, err := revisiontest.Commit(r.dir)
	require.NoError(r.t, err)
	return hash
}

func (r *repository) changed(rev string) []string {
	c, err := Changed(r.t.Context(), r.dir, rev)
	require.NoError(r.t, err)
	return c.Paths
}

func TestChanged(t *testing.T) {
	r := newRepository(t)
	first := r.commit(map[string]string{"a": "1", "b/c": "2", "b/d": "3", "gone": "4", "link-to": "5"})
	require.NoError(t, os.Symlink("a", filepath.Join(r.dir, "link")))
	second := r.commit(map[string]string{"a": "changed"})
	require.Empty(t, r.changed("HEAD"))
	require.Equal(t, []string{"a", "link"}, r.changed(first))

	r.write(map[string]string{"b/c": "9", "b/new": "", ".gitignore": "ignored\n", "ignored": "x"})
	require.NoError(t, os.Remove(filepath.Join(r.dir, "gone")))
	require.NoError(t, os.Remove(filepath.Join(r.dir, "link")))
	require.NoError(t, os.Symlink("link-to", filepath.Join(r.dir, "link")))
	require.Equal(t, []string{".gitignore", "b/c", "b/new", "gone", "ignored", "link"}, r.changed(second),
		"not committed, ignored, deleted and re-pointed")

	require.NoError(t, os.Remove(filepath.Join(r.dir, "b/d")))
	require.NoError(t, os.Symlink("c", filepath.Join(r.dir, "b/d")))
	c, err := Changed(t.Context(), filepath.Join(r.dir, "b"), "HEAD")
	require.NoError(t, err)
	require.Equal(t, []string{"c", "d", "new"}, c.Paths, "paths are those of the folder, a link in place of a file is a change")
	require.Equal(t, second, c.Commit)
}

func TestAFileOfTheSameSizeAndTimeIsStillRead(t *testing.T) {
	r := newRepository(t)
	r.commit(map[string]string{"a": "1"})
	info, err := os.Stat(filepath.Join(r.dir, "a"))
	require.NoError(t, err)
	r.write(map[string]string{"a": "2"})
	// Written in the moment of the index: its size and time prove nothing.
	require.NoError(t, os.Chtimes(filepath.Join(r.dir, "a"), info.ModTime(), info.ModTime()))
	require.NoError(t, os.Chtimes(filepath.Join(r.dir, ".git/index"), info.ModTime(), info.ModTime()))
	require.Equal(t, []string{"a"}, r.changed("HEAD"))
	require.NoError(t, os.WriteFile(filepath.Join(r.dir, ".git/index"), []byte("DIRC nonsense"), 0o644))
	require.Equal(t, []string{"a"}, r.changed("HEAD"), "without an index every file is read")
}

func TestRevisions(t *testing.T) {
	r := newRepository(t)
	var all []string
	for i := range 4 {
		all = append(all, r.commit(map[string]string{"n": fmt.Sprint(i)}))
	}
	require.NoError(t, revisiontest.Tag(r.dir, "v1", all[1]))
	store := revisiontest.Store(r.dir)
	require.NoError(t, store.SetReference(plumbing.NewHashReference("refs/remotes/origin/main", plumbing.NewHash(all[2]))))
	require.NoError(t, store.SetReference(plumbing.NewHashReference("refs/heads/feature/x", plumbing.NewHash(all[0]))))
	h, err := open(r.dir)
	require.NoError(t, err)
	for rev, want := range map[string]int{
		"HEAD": 3, "@": 3, "@~": 2, "HEAD~3": 0, "HEAD^^": 1, "HEAD^1~1": 1, "HEAD~0": 3, "v1": 1, "v1^{commit}": 1, "v1^{}~": 0, "v1^0": 1,
		"origin/main": 2, "refs/heads/feature/x": 0, "feature/x": 0, "heads/feature/x": 0, all[2]: 2, all[2][:7]: 2, all[2][:8] + "~1": 1,
	} {
		got, err := h.resolve(rev)
		require.NoError(t, err, rev)
		require.Equal(t, all[want], got.Hash.String(), rev)
	}
	for rev, want := range map[string]string{
		"": "no name of a commit", "nope": "no branch, tag or commit has that name", "HEAD~4": "has 0 parents", "HEAD^2": "has 1 parents", "HEAD^{tree}": "is not understood",
		"HEAD~99999999999999999999": "limit of 10000", "../../x": "no name of a commit", "a..b": "no name of a commit", "-x": "no name of a commit", "HEAD@{1}": "has that name",
		"1111111111111111111111111111111111111111": "is missing",
	} {
		_, err := h.resolve(rev)
		var unknown *UnknownError
		require.ErrorAs(t, err, &unknown, rev)
		require.ErrorContains(t, err, want, rev)
		require.False(t, unknown.Shallow)
		require.ErrorContains(t, err, "origin/main")
	}
	require.NoError(t, os.WriteFile(filepath.Join(r.dir, ".git/shallow"), []byte(all[1]+"\n"), 0o644))
	_, err = h.resolve("nope")
	require.ErrorContains(t, err, "fetch-depth: 0")
}

func TestTree(t *testing.T) {
	r := newRepository(t)
	require.NoError(t, os.MkdirAll(filepath.Join(r.dir, "b"), 0o755))
	require.NoError(t, os.Symlink("../a", filepath.Join(r.dir, "b/up")))
	require.NoError(t, os.Symlink("../../etc/passwd", filepath.Join(r.dir, "b/out")))
	require.NoError(t, os.Symlink("b", filepath.Join(r.dir, "dir")))
	require.NoError(t, os.Symlink("round", filepath.Join(r.dir, "round")))
	r.commit(map[string]string{"a": "then", "b/c/d": "deep"})
	r.write(map[string]string{"a": "now", "new": ""})

	tree, err := Tree(t.Context(), r.dir, "HEAD")
	require.NoError(t, err)
	for name, want := range map[string]string{"a": "then", "b/c/d": "deep", "b/up": "then", "dir/c/d": "deep", "dir/up": "then"} {
		got, err := fs.ReadFile(tree, name)
		require.NoError(t, err, name)
		require.Equal(t, want, string(got), name)
	}
	for _, name := range []string{"new", "b/out", "round", "../a", "/a", "b/none"} {
		_, err := fs.ReadFile(tree, name)
		require.Error(t, err, name)
	}
	repo := source.OpenFS(tree)
	files, skipped := repo.Walk()
	require.Empty(t, skipped)
	require.Equal(t, []string{"a", "b/c/d"}, files)
	require.Len(t, repo.Links(), 4)
	real, isDir, err := repo.Resolve("dir/c")
	require.NoError(t, err)
	require.True(t, isDir)
	require.Equal(t, "b/c", real)

	below, err := Tree(t.Context(), filepath.Join(r.dir, "b/c"), "HEAD")
	require.NoError(t, err)
	require.NoError(t, fstest.TestFS(below, "d"))
	none, err := Tree(t.Context(), t.TempDir(), "HEAD")
	require.Nil(t, none)
	require.ErrorIs(t, err, ErrNoRepository)
}

func TestLinkedWorkingTree(t *testing.T) {
	r := newRepository(t)
	head := r.commit(map[string]string{"a": "1"})
	linked, own := t.TempDir(), filepath.Join(r.dir, ".git/worktrees/x")
	require.NoError(t, os.MkdirAll(own, 0o755))
	for name, text := range map[string]string{
		filepath.Join(own, "commondir"): "../..\n", filepath.Join(own, "HEAD"): head + "\n",
		filepath.Join(linked, ".git"): "gitdir: " + own + "\n", filepath.Join(linked, "a"): "2",
	} {
		require.NoError(t, os.WriteFile(name, []byte(text), 0o644))
	}
	c, err := Changed(t.Context(), linked, "HEAD")
	require.NoError(t, err)
	require.Equal(t, []string{"a"}, c.Paths)
}

func TestHostileRepositories(t *testing.T) {
	for name, tt := range map[string]struct{ file, text, want string }{
		"a pointer to nothing": {".git", "gitdir: nowhere", "not in this clone"},
		"no pointer":           {".git", "text", "does not name a folder"},
		"no configuration":     {".git/config", "[core\n", "configuration cannot be read"},
		"other hashes":         {".git/config", "[core]\nrepositoryformatversion = 1\n[extensions]\nobjectformat = sha256\n", "only SHA-1"},
		"an endless reference": {".git/HEAD", "ref: HEAD\n", "not in this clone"},
		"a reference outside":  {".git/HEAD", "ref: ../../../etc/passwd\n", "not in this clone"},
		"a broken object":      {".git/refs/heads/main", "1234567890123456789012345678901234567890\n", "is missing"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if filepath.Dir(tt.file) != "." {
				_, err := revisiontest.Commit(dir)
				require.NoError(t, err)
			}
			require.NoError(t, os.MkdirAll(filepath.Join(dir, filepath.Dir(tt.file)), 0o755))
			require.NoError(t, os.WriteFile(filepath.Join(dir, tt.file), []byte(tt.text), 0o644))
			_, err := Changed(t.Context(), dir, "HEAD")
			require.ErrorContains(t, err, tt.want)
		})
	}
}

func FuzzResolve(f *testing.F) {
	dir := f.TempDir()
	_, err := revisiontest.Commit(dir)
	require.NoError(f, err)
	require.NoError(f, os.Remove(filepath.Join(dir, ".git/refs/heads/main")))
	h, err := open(dir)
	require.NoError(f, err)
	for _, rev := range []string{"HEAD~1^2", "@", "v1^{commit}", "abcd", "refs/heads/main", "~", "^{}^{}"} {
		f.Add(rev)
	}
	f.Fuzz(func(t *testing.T, rev string) {
		_, err := h.resolve(rev)
		require.Error(t, err, "an empty repository has no revision")
	})
}

func FuzzIndex(f *testing.F) {
	f.Add([]byte("DIRC\x00\x00\x00\x02\x00\x00\x00\x00"))
	f.Fuzz(func(_ *testing.T, data []byte) { _, _ = decodeIndex(data) })
}
