package advisory

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/klauspost/compress/zstd"
)

// packed is a compiled shard, unpacked block by block as it is asked.
type packed struct {
	Header
	digest string
	data   []byte
	unzip  *zstd.Decoder
	names  []span
	heads  []span
	count  int
	// open are the blocks of names that were unpacked, records those of records.
	open    map[int][]packedName
	records map[int][]string
}

// packedName is one package of a block.
type packedName struct{ name, body string }

// openPacked reads a shard's frame and checks that its bytes have the digest
// want ("" for any) and the checksum that the shard ends with.
func openPacked(data []byte, want string) (*packed, error) {
	const trailer = 8 + sha256.Size
	if len(data) > MaxShardBytes {
		return nil, fmt.Errorf("larger than the limit of %d MiB", MaxShardBytes>>20)
	}
	if len(data) < len(shardMagic)+trailer || string(data[:len(shardMagic)]) != shardMagic {
		return nil, fmt.Errorf("not a shard of advisories that this version reads: %w", errDamaged)
	}
	body, sum := data[:len(data)-sha256.Size], data[len(data)-sha256.Size:]
	h := sha256.New()
	h.Write(body)
	if string(h.Sum(nil)) != string(sum) {
		return nil, fmt.Errorf("the checksum at its end is wrong: %w", errDamaged)
	}
	h.Write(sum)
	p := &packed{data: body[:len(body)-8], digest: "sha256:" + hex.EncodeToString(h.Sum(nil)), open: map[int][]packedName{}, records: map[int][]string{}}
	if want != "" && p.digest != want {
		return nil, fmt.Errorf("its digest is %s where the index says %s: %w", p.digest, want, errDamaged)
	}
	in := bits{text: string(p.data[len(shardMagic):min(len(p.data), MaxHeaderBytes)])}
	if err := json.Unmarshal([]byte(in.string()), &p.Header); err != nil || in.bad {
		return nil, fmt.Errorf("its header cannot be read: %w", errDamaged)
	}
	if err := p.check(); err != nil {
		return nil, err
	}
	return p, p.readIndex(binary.BigEndian.Uint64(body[len(body)-8:]))
}

func (p *packed) readIndex(offset uint64) (err error) {
	if p.unzip, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(MaxBlockBytes)); err != nil {
		return err
	}
	if offset > uint64(len(p.data)) {
		return errDamaged
	}
	index, err := p.unzip.DecodeAll(p.data[offset:], nil)
	if err != nil {
		return fmt.Errorf("its index: %w: %w", errDamaged, err)
	}
	in := bits{text: string(index)}
	p.count = int(min(in.uint(), MaxRecords))
	for _, list := range []*[]span{&p.names, &p.heads} {
		for range in.count() {
			b := span{first: in.string()}
			for _, field := range []*int{&b.number, &b.offset, &b.size, &b.raw} {
				n := in.uint()
				if n > uint64(max(len(p.data), MaxBlockBytes, MaxRecords)) {
					in.fail()
				}
				*field = int(n)
			}
			if b.raw > MaxBlockBytes || b.offset+b.size > int(offset) {
				in.fail()
			}
			*list = append(*list, b)
		}
	}
	sorted := slices.IsSortedFunc(p.names, func(a, b span) int { return strings.Compare(a.first, b.first) }) &&
		slices.IsSortedFunc(p.heads, func(a, b span) int { return a.number - b.number })
	if in.bad || !sorted {
		return fmt.Errorf("its index: %w", errDamaged)
	}
	return nil
}

// unpack returns the text of a block.
func (p *packed) unpack(b span) (string, error) {
	raw, err := p.unzip.DecodeAll(p.data[b.offset:b.offset+b.size], make([]byte, 0, b.raw))
	if err != nil || len(raw) != b.raw {
		return "", fmt.Errorf("%s: a block: %w", p.Header, errDamaged)
	}
	return string(raw), nil
}

// lookup returns the entries of a package, "" where there are none.
func (p *packed) lookup(name string) (string, error) {
	i, found := slices.BinarySearchFunc(p.names, name, func(b span, name string) int { return strings.Compare(b.first, name) })
	if !found {
		i--
	}
	if i < 0 {
		return "", nil
	}
	list, ok := p.open[i]
	if !ok {
		text, err := p.unpack(p.names[i])
		if err != nil {
			return "", err
		}
		in := bits{text: text}
		for len(in.text) > 0 {
			list = append(list, packedName{in.string(), in.string()})
		}
		if in.bad {
			return "", fmt.Errorf("%s: a block of names: %w", p.Header, errDamaged)
		}
		p.open[i] = list
	}
	at, found := slices.BinarySearchFunc(list, name, func(n packedName, name string) int { return strings.Compare(n.name, name) })
	if !found {
		return "", nil
	}
	return list[at].body, nil
}

// record returns the encoded record of a number.
func (p *packed) record(number int) (string, error) {
	i, found := slices.BinarySearchFunc(p.heads, number, func(b span, n int) int { return b.number - n })
	if !found {
		i--
	}
	if i < 0 {
		return "", errDamaged
	}
	list, ok := p.records[i]
	if !ok {
		text, err := p.unpack(p.heads[i])
		if err != nil {
			return "", err
		}
		in := bits{text: text}
		for len(in.text) > 0 {
			list = append(list, in.string())
		}
		if in.bad {
			return "", fmt.Errorf("%s: a block of records: %w", p.Header, errDamaged)
		}
		p.records[i] = list
	}
	at := number - p.heads[i].number
	if at >= len(list) {
		return "", errDamaged
	}
	return list[at], nil
}
