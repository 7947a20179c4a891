package manifest

import (
	"sync"

	"github.com/tidewaiter/tidewaiter/internal/source"
	"github.com/tidewaiter/tidewaiter/internal/yamldoc"
)

// library reads the YAML files of the repository, each once, for all renders.
type library struct {
	repo *source.Repo

	mu     sync.Mutex
	parsed map[string]*parsed
	kusts  map[string]*kustEntry
}

// parsed is a file with its documents. Err says which of them could not be read.
type parsed struct {
	once sync.Once
	File *source.File
	text string // the file's text with the schemas of custom resources masked
	Docs []*yamldoc.Document
	Err  error
}

func newLibrary(repo *source.Repo) *library {
	return &library{repo: repo, parsed: map[string]*parsed{}, kusts: map[string]*kustEntry{}}
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
		if p.File, p.Err = l.repo.Read(path); p.Err == nil {
			p.text = maskSchemas(p.File.Text)
			p.Docs, p.Err = yamldoc.ParseMasked(p.File, p.text)
		}
	})
	return p
}
