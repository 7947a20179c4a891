package image

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// stored is a layer's inventory as a cache keeps it.
type stored struct {
	// Version is that of the readers that made it (see readerVersion).
	Version string
	// Blobs are the digests as which the layer was stored where it was read, each
	// found to unpack to the inventory's DiffID.
	Blobs []string
	// Secrets is true where the layer was searched for them.
	Secrets   bool
	Inventory Inventory
}

// storedCoder is made once: the types do not change while the program runs.
var storedCoder = sync.OnceValues(func() (*coder, error) { return newCoder(reflect.TypeFor[stored]()) })

// encode writes an inventory: each exported field of its types in turn, maps in
// the order of their keys, and all of it as one zstd frame with its checksum. A
// field that is added is written and read from then on; one of a kind that
// cannot be is an error.
func (s *stored) encode() ([]byte, error) {
	c, err := storedCoder()
	if err != nil {
		return nil, err
	}
	var e encoder
	c.write(&e, reflect.ValueOf(s).Elem())
	if len(e.out) > MaxInventoryBytes {
		return nil, fmt.Errorf("the inventory has %d bytes, over the limit of %d", len(e.out), MaxInventoryBytes)
	}
	z, err := zstdWriter()
	if err != nil {
		return nil, err
	}
	return z.EncodeAll(e.out, nil), nil
}

func zstdWriter() (*zstd.Encoder, error) {
	return zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(true), zstd.WithEncoderLevel(zstd.SpeedDefault))
}

func zstdReader() (*zstd.Decoder, error) {
	return zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(MaxInventoryBytes))
}

// decode reads what encode wrote. The bytes are taken for a stranger's.
func decode(frame []byte) (*stored, error) {
	c, err := storedCoder()
	if err != nil {
		return nil, err
	}
	if len(frame) > MaxStoredInventory {
		return nil, fmt.Errorf("%d bytes are over the limit of %d", len(frame), MaxStoredInventory)
	}
	z, err := zstdReader()
	if err != nil {
		return nil, err
	}
	defer z.Close()
	raw, err := z.DecodeAll(frame, nil)
	if err != nil {
		return nil, err
	}
	d := decoder{data: raw, text: string(raw), budget: MaxInventoryMemory}
	s := &stored{}
	c.read(&d, reflect.ValueOf(s).Elem())
	switch {
	case d.err != nil:
		return nil, d.err
	case d.at != len(d.data):
		return nil, fmt.Errorf("%d bytes too many", len(d.data)-d.at)
	}
	return s, s.Inventory.sound()
}

// sound refuses an inventory that walking a layer could not have made.
func (inv *Inventory) sound() error {
	switch {
	case len(inv.Paths) > MaxEntries, len(inv.Whiteouts) > MaxEntries, len(inv.Opaques) > MaxEntries:
		return fmt.Errorf("more than the limit of %d entries", MaxEntries)
	case len(inv.Packages) > MaxPackages:
		return tooManyPackages()
	case len(inv.Secrets) > MaxSecrets, len(inv.NotAnalysed) > MaxNotAnalysed+1:
		return errors.New("more secrets or complaints than a layer may have")
	}
	for _, p := range inv.Paths {
		if err := soundName(p.Name); err != nil {
			return err
		}
		if p.Hard {
			if err := soundName(p.Link); err != nil {
				return err
			}
		}
		if len(p.Link) > MaxPathBytes {
			return fmt.Errorf("the target of a link is over the limit of %d bytes", MaxPathBytes)
		}
	}
	for _, name := range slices.Concat(inv.Whiteouts, inv.Opaques) {
		if name != "" && soundName(name) != nil {
			return fmt.Errorf("%.100q is removed, which no entry can name", name)
		}
	}
	return nil
}

// soundName reports a name that cleanName does not make.
func soundName(name string) error {
	if clean, err := cleanName(name); err != nil || clean == "" || clean != name {
		return fmt.Errorf("%.100q is no name of an entry", name)
	}
	return nil
}

// entryMagic begins each entry of a cache, and tells its format.
var entryMagic = []byte("tidewaiter layer inventory 1\n")

// pack puts a signature, which may be none, before a frame.
func pack(signature, frame []byte) []byte {
	e := encoder{out: bytes.Clone(entryMagic)}
	e.uint(uint64(len(signature)))
	e.out = append(e.out, signature...)
	return append(e.out, frame...)
}

func unpack(entry []byte) (signature, frame []byte, err error) {
	rest, ok := bytes.CutPrefix(entry, entryMagic)
	if !ok {
		return nil, nil, errors.New("it is no inventory of a layer")
	}
	d := decoder{data: rest}
	n := d.uint()
	if d.err != nil || n > MaxSignatureBytes || n > uint64(len(rest)-d.at) {
		return nil, nil, errTruncated
	}
	end := d.at + int(n)
	return rest[d.at:end], rest[end:], nil
}
