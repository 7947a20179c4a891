package image

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// encoder writes values one after the other: numbers as varints, texts with
// their length before them.
type encoder struct{ out []byte }

func (e *encoder) uint(n uint64) { e.out = binary.AppendUvarint(e.out, n) }
func (e *encoder) int(n int64)   { e.out = binary.AppendVarint(e.out, n) }
func (e *encoder) float(f float64) {
	e.out = binary.LittleEndian.AppendUint64(e.out, math.Float64bits(f))
}

func (e *encoder) bool(b bool) {
	n := byte(0)
	if b {
		n = 1
	}
	e.out = append(e.out, n)
}

func (e *encoder) string(s string) {
	e.uint(uint64(len(s)))
	e.out = append(e.out, s...)
}

// length writes 0 for nil, else one more than n.
func (e *encoder) length(null bool, n int) {
	if null {
		e.uint(0)
		return
	}
	e.uint(uint64(n) + 1)
}

// decoder reads what an encoder wrote. After the first error it returns zero
// values only.
type decoder struct {
	data []byte
	// text is data once more, since the texts read are parts of it.
	text string
	at   int
	err  error
	// budget is how many bytes may still be allocated.
	budget int64
}

var (
	errTruncated = errors.New("it ends too early")
	errRange     = errors.New("a number is out of range")
)

func (d *decoder) fail(err error) {
	if d.err == nil {
		d.err, d.at = err, len(d.data)
	}
}

func (d *decoder) uint() uint64 {
	n, size := binary.Uvarint(d.data[d.at:])
	if size <= 0 {
		d.fail(errTruncated)
		return 0
	}
	d.at += size
	return n
}

func (d *decoder) int() int64 {
	n, size := binary.Varint(d.data[d.at:])
	if size <= 0 {
		d.fail(errTruncated)
		return 0
	}
	d.at += size
	return n
}

func (d *decoder) float() float64 {
	if len(d.data)-d.at < 8 {
		d.fail(errTruncated)
		return 0
	}
	d.at += 8
	return math.Float64frombits(binary.LittleEndian.Uint64(d.data[d.at-8:]))
}

func (d *decoder) bool() bool {
	if d.at == len(d.data) {
		d.fail(errTruncated)
		return false
	}
	d.at++
	return d.data[d.at-1] != 0
}

func (d *decoder) string() string {
	n := d.uint()
	if n > uint64(len(d.data)-d.at) {
		d.fail(errTruncated)
		return ""
	}
	d.at += int(n)
	return d.text[d.at-int(n) : d.at]
}

// length reads how many elements follow; each takes a byte of the input at
// least and size bytes of memory.
func (d *decoder) length(size uintptr) (n int, null bool) {
	count := d.uint()
	if count == 0 {
		return 0, true
	}
	count--
	if count > uint64(len(d.data)-d.at) {
		d.fail(errTruncated)
		return 0, true
	}
	if !d.spend(uintptr(count) * size) {
		return 0, true
	}
	return int(count), false
}

// spend counts memory.
func (d *decoder) spend(bytes uintptr) bool {
	if d.budget -= int64(bytes); d.budget < 0 {
		d.fail(fmt.Errorf("it would take more than the limit of %d bytes in memory", MaxInventoryMemory))
		return false
	}
	return true
}
