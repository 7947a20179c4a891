package advisory

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"
)

// cache keeps the zips of one server in a folder: DIR/osv/<hash of the
// address>/<ecosystem>/{all.zip,entry.json}. What it holds is checked by digest
// before it is used.
type cache struct{ dir, source string }

// cacheEntry describes one zip of the cache.
type cacheEntry struct {
	Ecosystem    string `json:"ecosystem"`
	ETag         string `json:"etag"`
	LastModified string `json:"lastModified"`
	SHA256       string `json:"sha256"`
}

// date returns when the server says that the data changed, the zero time for
// unknown.
func (e cacheEntry) date() time.Time {
	t, err := http.ParseTime(e.LastModified)
	if err != nil || t.Year() < 2000 {
		return time.Time{}
	}
	return t.UTC()
}

func (c cache) path(ecosystem, file string) string {
	sum := sha256.Sum256([]byte(c.source))
	return filepath.Join(c.dir, "osv", hex.EncodeToString(sum[:8]), url.PathEscape(ecosystem), file)
}

// get returns the entry of an ecosystem where its zip is there and whole; a
// damaged one is as good as none and is fetched again.
func (c cache) get(ecosystem string) (cacheEntry, bool) {
	if c.dir == "" {
		return cacheEntry{}, false
	}
	data, err := os.ReadFile(c.path(ecosystem, "entry.json"))
	var e cacheEntry
	if err != nil || json.Unmarshal(data, &e) != nil || e.SHA256 == "" || e.Ecosystem != ecosystem {
		return cacheEntry{}, false
	}
	f, err := os.Open(c.path(ecosystem, "all.zip"))
	if err != nil {
		return cacheEntry{}, false
	}
	defer f.Close()
	if digest, err := hashOf(f); err != nil || digest != e.SHA256 {
		return cacheEntry{}, false
	}
	return e, true
}

func (c cache) open(e cacheEntry) (*folder, error) {
	name := c.path(e.Ecosystem, "all.zip")
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	return openArchive(name, f, e.date())
}

// put writes a zip and then its entry, each in one step, so that a run that is
// stopped half-way leaves nothing that looks whole.
func (c cache) put(e cacheEntry, body io.Reader) (cacheEntry, error) {
	name := c.path(e.Ecosystem, "all.zip")
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return e, err
	}
	h := sha256.New()
	if err := writeFile(name, io.TeeReader(body, h)); err != nil {
		return e, err
	}
	e.SHA256 = "sha256:" + hex.EncodeToString(h.Sum(nil))
	data, err := json.MarshalIndent(e, "", "  ")
	if err != nil {
		return e, err
	}
	return e, writeFile(c.path(e.Ecosystem, "entry.json"), bytes.NewReader(data))
}

// writeFile writes a file through a temporary one beside it.
func writeFile(name string, r io.Reader) (err error) {
	f, err := os.CreateTemp(filepath.Dir(name), ".tmp-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	n, err := io.Copy(f, r)
	if err == nil && n > MaxArchiveBytes {
		err = errArchiveSize
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return os.Rename(f.Name(), name)
}

// memoryFile is a fetched zip where there is no cache to keep it in.
type memoryFile struct{ *bytes.Reader }

func newMemoryFile(data []byte) fs.File { return memoryFile{bytes.NewReader(data)} }

func (m memoryFile) Close() error               { return nil }
func (m memoryFile) Stat() (fs.FileInfo, error) { return memoryInfo{m.Reader.Size()}, nil }

type memoryInfo struct{ size int64 }

func (memoryInfo) Name() string       { return "all.zip" }
func (i memoryInfo) Size() int64      { return i.size }
func (memoryInfo) Mode() fs.FileMode  { return 0o444 }
func (memoryInfo) ModTime() time.Time { return time.Time{} }
func (memoryInfo) IsDir() bool        { return false }
func (memoryInfo) Sys() any           { return nil }
