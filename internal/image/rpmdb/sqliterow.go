package rpmdb

import (
	"encoding/binary"
	"fmt"
)

// payload returns the content of a leaf's cell: its size, its key, and as much as
// fits; the rest lies on overflow pages. The arithmetic is that of "B-tree Pages"
// in the format's description.
func (d *sqlite) payload(cell []byte) ([]byte, error) {
	size, n := varint(cell)
	_, k := varint(cell[n:])
	if n == 0 || k == 0 || size < 0 {
		return nil, errDamaged
	}
	if size > MaxHeaderBytes {
		return nil, fmt.Errorf("a row of %d bytes, over the limit of %d", size, MaxHeaderBytes)
	}
	local := size
	if most := d.usable - 35; size > most {
		least := (d.usable-12)*32/255 - 23
		if local = least + (size-least)%(d.usable-4); local > most {
			local = least
		}
	}
	body := cell[n+k:]
	out, err := slice(body, 0, local)
	if err != nil || local == size {
		return out, err
	}
	next, err := number(binary.BigEndian, body, local)
	if err != nil {
		return nil, err
	}
	out = append(make([]byte, 0, min(size, 1<<20)), out...)
	for int64(len(out)) < size {
		page, _, err := d.page(next)
		if err != nil {
			return nil, err
		}
		out = append(out, page[4:4+min(size-int64(len(out)), d.usable-4)]...)
		next = int64(binary.BigEndian.Uint32(page))
	}
	return out, nil
}

// record splits a row into its columns, without looking at their types.
func record(row []byte) ([][]byte, error) {
	size, n := varint(row)
	if n == 0 || size < int64(n) || size > int64(len(row)) {
		return nil, errDamaged
	}
	types, body := row[n:size], row[size:]
	var out [][]byte
	for len(types) > 0 {
		t, n := varint(types)
		if n == 0 {
			return nil, errDamaged
		}
		column, err := slice(body, 0, width(t))
		if err != nil {
			return nil, err
		}
		out, body, types = append(out, column), body[len(column):], types[n:]
	}
	return out, nil
}

// width returns how many bytes a column of a serial type takes, -1 where there is
// no such type.
func width(t int64) int64 {
	switch {
	case t < 0, t == 10, t == 11:
		return -1
	case t >= 12:
		return (t - 12) / 2
	}
	return [...]int64{0, 1, 2, 3, 4, 6, 8, 8, 0, 0}[t]
}

// integer reads a column that holds a whole number.
func integer(b []byte) int64 {
	var n int64
	for _, c := range b {
		n = n<<8 | int64(c)
	}
	return n
}

// varint reads a number of one to nine bytes and returns how many it took, 0 where
// it breaks off.
func varint(b []byte) (n int64, took int) {
	for i, c := range b {
		if i == 8 {
			return n<<8 | int64(c), 9
		}
		n = n<<7 | int64(c&0x7f)
		if c < 0x80 {
			return n, i + 1
		}
	}
	return 0, 0
}
