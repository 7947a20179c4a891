package rpmdb

import (
	"encoding/binary"
	"fmt"
)

// Berkeley DB's pages, from src/dbinc/db_page.h of its sources.
const (
	bdbHashMagic    = 0x061561
	bdbPageHeader   = 26
	bdbTypeUnsorted = 2 // hash pages, as written before version 4.6
	bdbTypeOverflow = 7
	bdbTypeHash     = 13

	bdbItemInline   = 1
	bdbItemOverflow = 3
	bdbItemSize     = 12
)

// bdbOrder returns the byte order of a hash database, nil where data is none.
func bdbOrder(data []byte) binary.ByteOrder {
	for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
		if magic, err := number(order, data, 12); err == nil && magic == bdbHashMagic {
			return order
		}
	}
	return nil
}

// bdb is a database with its page size.
type bdb struct {
	data  []byte
	order binary.ByteOrder
	size  int64
}

// eachBDB goes over all pages in their order rather than by their links, which a
// damaged file can tie into a loop.
func eachBDB(data []byte, visit func([]byte) error) error {
	d := bdb{data: data, order: bdbOrder(data)}
	var err error
	if d.size, err = number(d.order, data, 20); err != nil {
		return err
	}
	if d.size < 512 || d.size > 64<<10 || d.size&(d.size-1) != 0 {
		return fmt.Errorf("pages of %d bytes", d.size)
	}
	last, err := number(d.order, data, 32)
	if err != nil {
		return err
	}
	for n := int64(1); n <= last; n++ {
		page, err := slice(data, n*d.size, d.size)
		if err != nil {
			return err
		}
		if page[25] != bdbTypeHash && page[25] != bdbTypeUnsorted {
			continue
		}
		if err := d.values(page, visit); err != nil {
			return err
		}
	}
	return nil
}

// values visits the second of each pair of items on a page. The items grow from its
// end, so that each ends where the one before it begins.
func (d bdb) values(page []byte, visit func([]byte) error) error {
	count := int64(d.order.Uint16(page[20:]))
	index, err := slice(page, bdbPageHeader, 2*count)
	if err != nil {
		return err
	}
	end := d.size
	for i := range count {
		start := int64(d.order.Uint16(index[2*i:]))
		item, err := slice(page, start, end-start)
		if err != nil {
			return err
		}
		end = start
		if i%2 == 0 || len(item) == 0 { // a key
			continue
		}
		var value []byte
		switch item[0] {
		case bdbItemInline:
			value = item[1:]
		case bdbItemOverflow:
			if value, err = d.overflow(item); err != nil {
				return err
			}
		default:
			return fmt.Errorf("an item of type %d", item[0])
		}
		if len(value) < 16 { // the number of the next package, kept beside them
			continue
		}
		if err := visit(value); err != nil {
			return err
		}
	}
	return nil
}

// overflow joins a value that lies on pages of its own.
func (d bdb) overflow(item []byte) ([]byte, error) {
	if len(item) < bdbItemSize {
		return nil, errDamaged
	}
	page, left := int64(d.order.Uint32(item[4:])), int64(d.order.Uint32(item[8:]))
	if left > MaxHeaderBytes {
		return nil, fmt.Errorf("a package of %d bytes, over the limit of %d", left, MaxHeaderBytes)
	}
	var out []byte
	for left > 0 { // each page brings something or ends it
		b, err := slice(d.data, page*d.size, d.size)
		if err != nil {
			return nil, err
		}
		part, err := slice(b, bdbPageHeader, min(int64(d.order.Uint16(b[22:])), left))
		if err != nil || page == 0 || b[25] != bdbTypeOverflow || len(part) == 0 {
			return nil, errDamaged
		}
		out, left, page = append(out, part...), left-int64(len(part)), int64(d.order.Uint32(b[16:]))
	}
	return out, nil
}
