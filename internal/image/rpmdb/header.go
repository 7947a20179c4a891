package rpmdb

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
)

// Tags and types, from
// https://rpm-software-management.github.io/rpm/manual/tags.html.
const (
	tagName       = 1000
	tagVersion    = 1001
	tagRelease    = 1002
	tagEpoch      = 1003
	tagLicense    = 1014
	tagArch       = 1022
	tagOldFiles   = 1027
	tagSourceRPM  = 1044
	tagDirIndexes = 1116
	tagBaseNames  = 1117
	tagDirNames   = 1118
	tagModularity = 5096

	typeInt32       = 4
	typeString      = 6
	typeStringArray = 8
	typeI18N        = 9
)

// parseHeader reads a header: the number of entries and the size of the data, the
// entries of tag, type, offset and count, and the data; all numbers big-endian.
func parseHeader(b []byte) (Package, error) {
	var p Package
	count, err := number(binary.BigEndian, b, 0)
	if err != nil {
		return p, err
	}
	size, err := number(binary.BigEndian, b, 4)
	if err != nil {
		return p, err
	}
	if count > MaxEntries {
		return p, fmt.Errorf("%d entries, over the limit of %d", count, MaxEntries)
	}
	index, err := slice(b, 8, count*16)
	if err != nil {
		return p, err
	}
	data, err := slice(b, 8+count*16, size)
	if err != nil {
		return p, err
	}
	var names list
	for ; len(index) > 0; index = index[16:] {
		field := func(i int) int { return int(binary.BigEndian.Uint32(index[4*i:])) }
		e := entry{typ: field(1), count: field(3)}
		if e.data, err = slice(data, int64(field(2)), size-int64(field(2))); err != nil {
			return p, err
		}
		if err := p.take(field(0), e, &names); err != nil {
			return p, err
		}
	}
	if p.Name == "" || p.Version == "" {
		return p, fmt.Errorf("it has no name or no version")
	}
	p.Files, err = names.join()
	return p, err
}

// entry is one entry of a header: its data starts where the entry says.
type entry struct {
	typ, count int
	data       []byte
}

// take keeps an entry that is of use.
func (p *Package) take(tag int, e entry, names *list) (err error) {
	switch tag {
	case tagName:
		p.Name, err = e.text()
	case tagVersion:
		p.Version, err = e.text()
	case tagRelease:
		p.Release, err = e.text()
	case tagArch:
		p.Arch, err = e.text()
	case tagSourceRPM:
		p.SourceRPM, err = e.text()
	case tagLicense:
		p.Licence, err = e.text()
	case tagModularity:
		p.Module, err = e.text()
	case tagEpoch:
		var n []uint32
		if n, err = e.numbers(); err == nil && len(n) > 0 {
			p.Epoch = n[0]
		}
	case tagBaseNames:
		names.bases, err = e.texts()
	case tagDirNames:
		names.dirs, err = e.texts()
	case tagDirIndexes:
		names.in, err = e.numbers()
	case tagOldFiles:
		names.whole, err = e.texts()
	}
	return err
}

func (e entry) text() (string, error) {
	if e.typ != typeString && e.typ != typeI18N {
		return "", fmt.Errorf("a name of type %d", e.typ)
	}
	s, _, ok := bytes.Cut(e.data, []byte{0})
	if !ok {
		return "", errDamaged
	}
	return string(s), nil
}

func (e entry) texts() ([]string, error) {
	if e.typ != typeStringArray {
		return nil, fmt.Errorf("a list of names of type %d", e.typ)
	}
	if e.count > len(e.data) { // each takes a byte at least
		return nil, errDamaged
	}
	out := make([]string, 0, e.count)
	for rest := e.data; len(out) < e.count; {
		s, after, ok := bytes.Cut(rest, []byte{0})
		if !ok {
			return nil, errDamaged
		}
		out, rest = append(out, string(s)), after
	}
	return out, nil
}

func (e entry) numbers() ([]uint32, error) {
	if e.typ != typeInt32 {
		return nil, fmt.Errorf("numbers of type %d", e.typ)
	}
	if e.count > len(e.data)/4 {
		return nil, errDamaged
	}
	out := make([]uint32, e.count)
	for i := range out {
		out[i] = binary.BigEndian.Uint32(e.data[4*i:])
	}
	return out, nil
}

// list is a list of files as rpm stores it: base names, each with the index of
// its folder; packages of rpm 3 have whole names.
type list struct {
	bases, dirs, whole []string
	in                 []uint32
}

func (l list) join() ([]string, error) {
	if len(l.bases) != len(l.in) {
		return nil, fmt.Errorf("%d files and %d folders that they are in", len(l.bases), len(l.in))
	}
	out := make([]string, 0, len(l.bases)+len(l.whole))
	for i, base := range l.bases {
		if int(l.in[i]) >= len(l.dirs) {
			return nil, errDamaged
		}
		out = append(out, strings.TrimPrefix(l.dirs[l.in[i]]+base, "/"))
	}
	for _, name := range l.whole {
		out = append(out, strings.TrimPrefix(name, "/"))
	}
	return out, nil
}
