package advisory

import (
	"encoding/binary"
	"errors"
)

// errDamaged is a shard whose bytes do not mean what they should.
var errDamaged = errors.New("its content is damaged; fetch or build it again")

// appendString appends a length and the text.
func appendString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// appendStrings appends a count and the texts.
func appendStrings(b []byte, list []string) []byte {
	b = binary.AppendUvarint(b, uint64(len(list)))
	for _, s := range list {
		b = appendString(b, s)
	}
	return b
}

// bits reads what the append functions wrote. Its strings share the memory of
// the text they are read from. After the first fault it yields nothing more.
type bits struct {
	text string
	bad  bool
}

func (r *bits) uint() uint64 {
	var x uint64
	for i := 0; i < len(r.text) && i < binary.MaxVarintLen64; i++ {
		c := r.text[i]
		x |= uint64(c&0x7f) << (7 * i)
		if c < 0x80 {
			r.text = r.text[i+1:]
			return x
		}
	}
	r.fail()
	return 0
}

// count reads a number of things of which each takes at least one byte.
func (r *bits) count() int {
	n := r.uint()
	if n > uint64(len(r.text)) {
		r.fail()
		return 0
	}
	return int(n)
}

func (r *bits) string() string {
	n := r.count()
	s := r.text[:n]
	r.text = r.text[n:]
	return s
}

func (r *bits) strings() []string {
	n := r.count()
	if n == 0 {
		return nil
	}
	out := make([]string, 0, min(n, 1024))
	for range n {
		out = append(out, r.string())
	}
	return out
}

func (r *bits) fail() { r.text, r.bad = "", true }

func (r *bits) err() error {
	if r.bad {
		return errDamaged
	}
	return nil
}
