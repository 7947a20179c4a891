package advisory

import (
	"cmp"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

func sortedHeaders(m map[shardKey]*draft) []shardKey {
	return slices.SortedFunc(maps.Keys(m), func(a, b shardKey) int {
		return cmp.Or(strings.Compare(a.ecosystem, b.ecosystem), strings.Compare(a.kind, b.kind))
	})
}

// writeShard sorts a draft and writes it.
func (b *builder) writeShard(key shardKey, d *draft) (Entry, error) {
	order := make([]int, len(d.heads))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return strings.Compare(d.heads[i].id, d.heads[j].id) })
	number := make([]int, len(d.heads))
	for to, from := range order {
		number[from] = to
	}
	slices.SortFunc(d.names, func(a, b draftName) int {
		return cmp.Or(strings.Compare(a.name, b.name), number[a.head]-number[b.head])
	})
	packages := 0
	for i := range d.names {
		if i == 0 || d.names[i].name != d.names[i-1].name {
			packages++
		}
	}
	h := Header{Ecosystem: key.ecosystem, Kind: key.kind, Records: len(d.heads), Packages: packages,
		Built: b.opts.Built.UTC().Truncate(time.Second), Modified: d.modified, Sources: d.sources.list()}
	return b.save(h, func(w *shardWriter) error {
		for start := 0; start < len(d.names); {
			end := start
			for end < len(d.names) && d.names[end].name == d.names[start].name {
				end++
			}
			if err := b.writeName(w, d.names[start:end], number); err != nil {
				return err
			}
			start = end
		}
		if err := w.endNames(); err != nil {
			return err
		}
		for _, i := range order {
			if err := b.writeHead(w, d.heads[i].piece); err != nil {
				return err
			}
		}
		return nil
	})
}

// writeName writes all entries of one package; numbers of records are written as
// differences, which compress better.
func (b *builder) writeName(w *shardWriter, list []draftName, number []int) error {
	body := appendCount(nil, len(list))
	last := 0
	for _, n := range list {
		body = appendCount(body, number[n.head]-last)
		last = number[n.head]
		entry, err := b.spill.get(n.piece)
		if err != nil {
			return err
		}
		body = append(body, entry...)
	}
	return w.name(list[0].name, body)
}

// writeHead writes a record and, where it has no score itself, those of its CVEs.
func (b *builder) writeHead(w *shardWriter, p piece) error {
	head, err := b.spill.get(p)
	if err != nil {
		return err
	}
	var r record
	in := bits{text: string(head)}
	readHead(&in, &r)
	if in.bad {
		return errDamaged
	}
	var scores []borrowed
	if bestScore(r.Severity).none() {
		ids := append(r.identities(), r.Upstream...)
		slices.Sort(ids)
		for _, id := range slices.Compact(ids) {
			if s := b.scores[id]; !s.none() && len(scores) < maxBorrowed {
				scores = append(scores, borrowed{id, s})
			}
		}
	}
	return w.head(appendBorrowed(head, scores))
}

// maxBorrowed is how many scores of others a notice about several flaws carries.
const maxBorrowed = 32

// save writes one shard, whole or not at all.
func (b *builder) save(h Header, fill func(*shardWriter) error) (Entry, error) {
	e := Entry{Header: h, File: h.fileName()}
	err := writeWhole(filepath.Join(b.opts.Out, e.File), func(out io.Writer) error {
		w, err := newShardWriter(out, h)
		if err != nil {
			return err
		}
		if err := fill(w); err != nil {
			return err
		}
		e.Digest, e.Size, err = w.close()
		return err
	})
	return e, err
}

// writeWhole writes a file through a temporary one beside it.
func writeWhole(name string, fill func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(name), ".tmp-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	if err := errors.Join(fill(f), f.Chmod(0o644), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}
