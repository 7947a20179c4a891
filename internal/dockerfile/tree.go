package dockerfile

import (
	"io"
	"io/fs"
	"path"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/tidewaiter/tidewaiter/internal/source"
)

// tree is what the repository holds, as the contexts of its Dockerfiles see it.
type tree struct {
	repo *source.Repo
	// files are sorted; links are the symbolic links that stand for a file.
	files []string
	links map[string]bool
	// delicate are the files whose names speak of credentials, sorted; known are
	// those of them that were read.
	delicate []string
	known    map[string]*ContextFile
	// read counts the bytes taken of them, spent the steps of trying paths on
	// patterns.
	read, spent int
	// ignores are the lists by path, matchers the same by text.
	ignores  map[string]*IgnoreFile
	matchers map[string]*IgnoreFile
	git      map[string]bool
	missing  []source.NotAnalysed
	told     bool
}

func newTree(repo *source.Repo) *tree {
	t := &tree{repo: repo, links: map[string]bool{}, known: map[string]*ContextFile{}, ignores: map[string]*IgnoreFile{}, matchers: map[string]*IgnoreFile{}, git: map[string]bool{}}
	t.files, _ = repo.Walk()
	for _, l := range repo.Links() {
		if l.Target != "" {
			t.links[l.Path] = true
		}
	}
	for _, f := range t.files {
		if delicate(f) {
			t.delicate = append(t.delicate, f)
		}
	}
	return t
}

// kind is what stands at a path.
type kind int

const (
	nothing kind = iota
	oneFile
	folder
)

// at tells what stands at a repository-relative path.
func (t *tree) at(name string) kind {
	if name == "." {
		return folder
	}
	i := sort.SearchStrings(t.files, name)
	if i < len(t.files) && t.files[i] == name || t.links[name] {
		return oneFile
	}
	if len(within(t.files, name)) > 0 {
		return folder
	}
	return nothing
}

// within returns the part of a sorted list that lies below a folder.
func within(list []string, dir string) []string {
	if dir == "." {
		return list
	}
	from := sort.SearchStrings(list, dir+"/")
	to := sort.SearchStrings(list, dir+"0") // the byte after the slash
	return list[from:to]
}

// hasGit reports whether a folder holds the history of a repository. The walk
// leaves it out, so it is looked for by name.
func (t *tree) hasGit(dir string) bool {
	has, ok := t.git[dir]
	if !ok {
		_, err := fs.Stat(t.repo.FS(), path.Join(dir, ".git"))
		has = err == nil
		t.git[dir] = has
	}
	return has
}

// file returns a file whose name speaks of credentials, with its beginning.
func (t *tree) file(name, dir string) *ContextFile {
	f, ok := t.known[name]
	if !ok {
		f = &ContextFile{Path: name}
		f.Text, f.Read = t.head(name)
		t.known[name] = f
	}
	if dir == "." {
		return f
	}
	out := *f
	out.Path = strings.TrimPrefix(name, dir+"/")
	return &out
}

// head reads the beginning of a text file. What is no text, or stands behind the
// limit, is judged by its name alone.
func (t *tree) head(name string) (string, bool) {
	if t.read >= MaxContextBytes {
		return "", false
	}
	h, err := t.repo.FS().Open(name)
	if err != nil {
		return "", false
	}
	defer h.Close()
	data, err := io.ReadAll(io.LimitReader(h, MaxHeadBytes))
	t.read += len(data)
	if len(data) == MaxHeadBytes { // a letter may have been cut
		for i := 0; i < utf8.UTFMax && len(data) > 0 && !utf8.Valid(data); i++ {
			data = data[:len(data)-1]
		}
	}
	if err != nil || !utf8.Valid(data) || slices.Contains(data, 0) {
		return "", false
	}
	return string(data), true
}

// delicate reports whether a path is one that rules may want to look into: the
// names under which credentials are usually kept, and some more. Rules decide.
func delicate(name string) bool {
	base := strings.ToLower(path.Base(name))
	if strings.HasPrefix(base, ".env") || strings.HasPrefix(base, "id_") || strings.HasPrefix(base, "ssh_host_") {
		return true
	}
	switch path.Ext(base) {
	case ".pem", ".key", ".p12", ".pfx", ".jks", ".keystore", ".ppk", ".tfstate", ".tfvars", ".kubeconfig", ".env":
		return true
	case ".json", ".yaml", ".yml", ".toml", ".config":
		if strings.Contains(base, "secret") || strings.Contains(base, "credential") || strings.Contains(base, "account") || strings.Contains(base, "key") || strings.Contains(base, "kube") {
			return true
		}
	}
	switch base {
	case ".npmrc", ".yarnrc.yml", ".pypirc", ".netrc", "_netrc", ".git-credentials", ".dockercfg", ".pgpass", ".my.cnf", ".vault-token", ".htpasswd", "kubeconfig":
		return true
	}
	return strings.HasSuffix(base, "key") && !strings.Contains(base, ".") || delicateFolder(name)
}

// delicateFolder reports whether a file lies in a folder that programs keep
// credentials in.
func delicateFolder(name string) bool {
	for _, dir := range []string{".aws/", ".ssh/", ".gnupg/", ".kube/", ".docker/", ".azure/", ".config/gcloud/"} {
		if i := strings.Index(name, dir); i == 0 || i > 0 && name[i-1] == '/' {
			return true
		}
	}
	return false
}
