package rpmdb

import "encoding/binary"

// ndbMagic begins a database of rpm's own form: pages of slots, each of which says
// in which blocks the header of a package lies. See lib/backend/ndb/rpmpkg.c of
// https://github.com/rpm-software-management/rpm.
const (
	ndbMagic      = "RpmP"
	ndbSlotMagic  = "Slot"
	ndbBlobMagic  = "BlbS"
	ndbPage       = 4096
	ndbSlot       = 16
	ndbBlock      = 16
	ndbHeaderSize = 32
	ndbBlobHead   = 16
)

func eachNDB(data []byte, visit func([]byte) error) error {
	pages, err := number(binary.LittleEndian, data, 12)
	if err != nil {
		return err
	}
	slots, err := slice(data, ndbHeaderSize, pages*ndbPage-ndbHeaderSize)
	if err != nil {
		return err
	}
	for ; len(slots) >= ndbSlot; slots = slots[ndbSlot:] {
		if string(slots[:4]) != ndbSlotMagic {
			return errDamaged
		}
		id, block := binary.LittleEndian.Uint32(slots[4:]), binary.LittleEndian.Uint32(slots[8:])
		if block == 0 { // a free slot
			continue
		}
		at := int64(block) * ndbBlock
		head, err := slice(data, at, ndbBlobHead)
		if err != nil {
			return err
		}
		if string(head[:4]) != ndbBlobMagic || binary.LittleEndian.Uint32(head[4:]) != id {
			return errDamaged
		}
		header, err := slice(data, at+ndbBlobHead, int64(binary.LittleEndian.Uint32(head[12:])))
		if err != nil {
			return err
		}
		if err := visit(header); err != nil {
			return err
		}
	}
	return nil
}
