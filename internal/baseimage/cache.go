package baseimage

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/registry"
)

// cache keeps configurations in DIR/bases: one file for each reference and
// platform. What a digest names never changes; what a tag named has an age. A
// file that is damaged is as good as none, and one that cannot be written costs
// no more than the asking.
type cache struct {
	dir string
	now func() time.Time
}

// entry is one file.
type entry struct {
	Ref      string            `json:"ref"`
	Platform string            `json:"platform"`
	Got      registry.Platform `json:"got"`
	Digest   string            `json:"digest"`
	Asked    time.Time         `json:"asked"`
	SHA256   string            `json:"sha256"` // of Config
	Config   []byte            `json:"config"`
}

func (c cache) path(kind, key string) string {
	sum := sha256.Sum256([]byte(key))
	return filepath.Join(c.dir, "bases", kind, hex.EncodeToString(sum[:12])+".json")
}

// config returns the answer to a query that is not older than an age; one that
// was named by its digest has none.
func (c cache) config(q dockerfile.BaseQuery, age time.Duration) (registry.Config, bool) {
	if c.dir == "" {
		return registry.Config{}, false
	}
	q.Ref = byDigest(q.Ref)
	data, err := readFile(c.path("config", q.Ref+" "+q.Platform))
	var e entry
	if err != nil || json.Unmarshal(data, &e) != nil || e.Ref != q.Ref || e.Platform != q.Platform || e.SHA256 != digest(e.Config) {
		return registry.Config{}, false
	}
	if !strings.Contains(q.Ref, "@") && !c.within(e.Asked, age) {
		return registry.Config{}, false
	}
	return registry.Config{Digest: e.Digest, Platform: e.Got, Raw: e.Config}, true
}

// byDigest leaves out the tag of a reference that has a digest.
func byDigest(ref string) string {
	if !strings.Contains(ref, "@") {
		return ref
	}
	r, err := registry.ParseRef(ref)
	if err != nil || r.Digest == "" {
		return ref
	}
	return r.Repo() + "@" + r.Digest
}

// within reports whether a time is in the past, and not longer ago than age.
func (c cache) within(t time.Time, age time.Duration) bool {
	if c.now == nil {
		return false
	}
	ago := c.now().Sub(t)
	return 0 <= ago && ago <= age
}

// keep writes an answer.
func (c cache) keep(q dockerfile.BaseQuery, got registry.Config) {
	if c.dir == "" || c.now == nil {
		return
	}
	q.Ref = byDigest(q.Ref)
	c.write(c.path("config", q.Ref+" "+q.Platform), entry{Ref: q.Ref, Platform: q.Platform, Got: got.Platform, Digest: got.Digest,
		Asked: c.now().UTC(), SHA256: digest(got.Raw), Config: got.Raw})
}

// silent reports whether a host could not be reached a moment ago.
func (c cache) silent(host string) bool {
	if c.dir == "" {
		return false
	}
	data, err := readFile(c.path("silent", host))
	var e entry
	return err == nil && json.Unmarshal(data, &e) == nil && e.Ref == host && c.within(e.Asked, silentFor)
}

// silence notes a host that could not be reached.
func (c cache) silence(host string) {
	if c.dir != "" && c.now != nil {
		c.write(c.path("silent", host), entry{Ref: host, Asked: c.now().UTC()})
	}
}

// write puts a whole file in place, or leaves the old one.
func (c cache) write(name string, e entry) {
	data, err := json.Marshal(e)
	if err != nil || os.MkdirAll(filepath.Dir(name), 0o755) != nil {
		return
	}
	f, err := os.CreateTemp(filepath.Dir(name), ".tmp-*")
	if err != nil {
		return
	}
	_, err = f.Write(data)
	if closed := f.Close(); err != nil || closed != nil || os.Rename(f.Name(), name) != nil {
		_ = os.Remove(f.Name()) // nothing more can be done for a cache
	}
}

// readFile reads a file of the cache, at most MaxCached.
func readFile(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, MaxCached))
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return "sha256:" + hex.EncodeToString(sum[:])
}
