package rpmdb

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// SQLite's format, from https://www.sqlite.org/fileformat.html.
const (
	sqliteMagic    = "SQLite format 3\x00"
	sqliteInterior = 5
	sqliteLeaf     = 13
)

// sqlite is a database with its page size and what of a page is usable.
type sqlite struct {
	data         []byte
	size, usable int64
	left         int // pages that may still be read: a damaged file has loops
}

// eachSQLite visits the second column of the table Packages.
func eachSQLite(data []byte, visit func([]byte) error) error {
	if len(data) < 100 {
		return errDamaged
	}
	d := &sqlite{data: data, size: int64(binary.BigEndian.Uint16(data[16:]))}
	if d.size == 1 {
		d.size = 64 << 10
	}
	if d.size < 512 || d.size&(d.size-1) != 0 {
		return fmt.Errorf("pages of %d bytes", d.size)
	}
	d.usable = d.size - int64(data[20])
	if d.usable < 480 {
		return errDamaged
	}
	d.left = 2 * (len(data)/int(d.size) + 1)
	root := int64(0)
	err := d.rows(1, 0, func(row []byte) error {
		columns, err := record(row)
		if err != nil || len(columns) < 4 {
			return errors.Join(err, errDamaged)
		}
		if string(columns[0]) == "table" && string(columns[1]) == "Packages" {
			root = integer(columns[3])
		}
		return nil
	})
	if err != nil {
		return err
	}
	if root == 0 {
		return errors.New("it has no table Packages")
	}
	return d.rows(root, 0, func(row []byte) error {
		columns, err := record(row)
		if err != nil || len(columns) < 2 {
			return errors.Join(err, errDamaged)
		}
		return visit(columns[1])
	})
}

// page returns a page, whose numbers begin at 1, and where its header begins.
func (d *sqlite) page(n int64) (page []byte, header int64, err error) {
	if d.left--; d.left < 0 || n < 1 {
		return nil, 0, errDamaged
	}
	if n == 1 { // the file's own header stands before the page's
		header = 100
	}
	page, err = slice(d.data, (n-1)*d.size, d.size)
	return page, header, err
}

// rows visits the rows of the table whose tree begins at a page.
func (d *sqlite) rows(root int64, depth int, visit func(row []byte) error) error {
	page, at, err := d.page(root)
	if err != nil {
		return err
	}
	kind, cells := page[at], int64(binary.BigEndian.Uint16(page[at+3:]))
	first := at + 8
	if kind == sqliteInterior {
		first += 4
	}
	pointers, err := slice(page, first, 2*cells)
	if err != nil || depth > MaxTreeDepth {
		return errDamaged
	}
	for ; len(pointers) > 0; pointers = pointers[2:] {
		start := int64(binary.BigEndian.Uint16(pointers))
		cell, err := slice(page, start, d.size-start)
		if err != nil {
			return err
		}
		switch kind {
		case sqliteInterior:
			child, err := number(binary.BigEndian, cell, 0)
			if err != nil {
				return err
			}
			if err := d.rows(child, depth+1, visit); err != nil {
				return err
			}
		case sqliteLeaf:
			row, err := d.payload(cell)
			if err != nil {
				return err
			}
			if err := visit(row); err != nil {
				return err
			}
		default:
			return fmt.Errorf("a page of type %d in a table", kind)
		}
	}
	if kind == sqliteInterior {
		return d.rows(int64(binary.BigEndian.Uint32(page[at+8:])), depth+1, visit)
	}
	return nil
}
