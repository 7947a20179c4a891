package advisory

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"time"
)

// IndexFile is the name of the file that lists a folder's shards.
const IndexFile = "index.json"

// indexVersion is the version of the format that is written and read.
const indexVersion = 1

// Index lists the shards that were built together.
type Index struct {
	Version int `json:"version"`
	// Built is when that was.
	Built  time.Time `json:"built"`
	Shards []Entry   `json:"shards"`
}

// Entry is one shard of an index.
type Entry struct {
	Header
	// File is its name, Digest "sha256:<64 hex>" over its bytes, Size their number.
	File   string `json:"file"`
	Digest string `json:"digest"`
	Size   int64  `json:"size"`
}

// ParseIndex reads an index strictly: what stands in it decides which data is
// believed.
func ParseIndex(text []byte) (*Index, error) {
	if len(text) > MaxIndexBytes {
		return nil, fmt.Errorf("larger than the limit of %d MiB", MaxIndexBytes>>20)
	}
	var x Index
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&x); err != nil {
		return nil, fmt.Errorf("not an index of shards: %w", err)
	}
	if d.More() {
		return nil, fmt.Errorf("not an index of shards: text after its end")
	}
	if x.Version != indexVersion {
		return nil, fmt.Errorf("an index of version %d, where this program reads %d; update tidewaiter", x.Version, indexVersion)
	}
	if len(x.Shards) > MaxShards {
		return nil, fmt.Errorf("%d shards, more than the limit of %d", len(x.Shards), MaxShards)
	}
	for _, e := range x.Shards {
		if err := e.check(); err != nil {
			return nil, err
		}
		if e.File != path.Base(e.File) || e.File == "." || e.File == ".." || strings.ContainsAny(e.File, `\:`) {
			return nil, fmt.Errorf("%.80q is no name of a shard", e.File)
		}
		if e.Size < 0 || e.Size > MaxShardBytes {
			return nil, fmt.Errorf("%s: %d bytes, more than the limit of %d MiB", e.File, e.Size, MaxShardBytes>>20)
		}
		if !isDigest(e.Digest) {
			return nil, fmt.Errorf("%s: %.80q is no sha256 digest", e.File, e.Digest)
		}
	}
	return &x, nil
}

func isDigest(s string) bool {
	rest, ok := strings.CutPrefix(s, "sha256:")
	return ok && len(rest) == 64 && strings.Trim(rest, "0123456789abcdef") == ""
}

// Write writes the index as text with lines.
func (x *Index) Write(w io.Writer) error {
	text, err := json.MarshalIndent(x, "", "  ")
	if err != nil {
		return err
	}
	_, err = w.Write(append(text, '\n'))
	return err
}

// find returns the shard of an ecosystem and kind.
func (x *Index) find(ecosystem, kind string) (Entry, bool) {
	i := slices.IndexFunc(x.Shards, func(e Entry) bool { return e.Ecosystem == ecosystem && e.Kind == kind })
	if i < 0 {
		return Entry{}, false
	}
	return x.Shards[i], true
}

// forPackages returns the shards that speak of an ecosystem's packages: those of
// the release, those of all releases, and malware; none where there is only the
// last.
func (x *Index) forPackages(ecosystem string) []Entry {
	var out []Entry
	names := []string{ecosystem}
	if base := baseOf(ecosystem); base != ecosystem {
		names = append(names, base)
	}
	for _, name := range names {
		if e, ok := x.find(name, KindFlaws); ok {
			out = append(out, e)
		}
	}
	if len(out) == 0 {
		return nil
	}
	if e, ok := x.find(baseOf(ecosystem), KindMalware); ok {
		out = append(out, e)
	}
	return out
}
