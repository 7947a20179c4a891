package manifest

import (
	"fmt"
	"sync"

	"github.com/tidewaiter/tidewaiter/internal/source"
	"github.com/tidewaiter/tidewaiter/internal/yamldoc"
)

// library reads the YAML files of the repository, each once, for all renders.
type library struct {
	repo *source.Repo
	// changed are files that are read with another text than the repository's.
	changed map[string]*source.File

	mu       sync.Mutex
	parsed   map[string]*parsed
	kusts    map[string]*kustEntry
	made     map[string]*kustomization // kustomizations in no file, by folder; complete before the first render
	resolved map[string]resolved
}

// parsed is a file with its documents. Err says which of them could not be read.
type parsed struct {
	once sync.Once
	File *source.File
	// text is the file's with the schemas of custom resources masked.
	text  string
	masks masks
	Docs  []*yamldoc.Document
	Err   error
}

func newLibrary(repo *source.Repo) *library {
	return &library{repo: repo, parsed: map[string]*parsed{}, kusts: map[string]*kustEntry{}, made: map[string]*kustomization{}, resolved: map[string]resolved{}}
}

// read returns a file by its path without symbolic links.
func (l *library) read(path string) (*source.File, error) {
	if f := l.changed[path]; f != nil {
		return f, nil
	}
	return l.repo.Read(path)
}

// parse returns the documents of a file.
func (l *library) parse(path string) *parsed {
	l.mu.Lock()
	p, ok := l.parsed[path]
	if !ok {
		p = &parsed{}
		l.parsed[path] = p
	}
	l.mu.Unlock()
	p.once.Do(func() {
		if p.File, p.Err = l.read(path); p.Err == nil {
			p.text, p.masks = maskSchemas(p.File.Text)
			p.Docs, p.Err = yamldoc.ParseMasked(p.File, p.text)
			if p.masks != nil && (p.Err != nil || !p.masks.onlySchemas(p.Docs)) {
				p.text, p.masks = p.File.Text, nil
				p.Docs, p.Err = yamldoc.Parse(p.File)
			}
		}
	})
	return p
}

// duplicates names the keys that a map of the given files holds twice: readers
// differ in which one counts, so what was judged may not be what runs.
func (l *library) duplicates(files []string) []source.NotAnalysed {
	var out []source.NotAnalysed
	for _, file := range files {
		p := l.parse(file)
		if p.File == nil || !isKustomizationFile(file) && !looksLikeManifest(p.File.Text) {
			continue // data of a generator
		}
		for _, d := range p.Docs {
			for _, twice := range d.Duplicates {
				out = append(out, note(file, twice.At.Start.Line, fmt.Sprintf(
					"the key %q is given twice (first on line %d) and readers differ in which one counts; keep one", twice.Key, twice.First.Start.Line)))
			}
		}
	}
	return out
}
