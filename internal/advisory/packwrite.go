package advisory

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"
)

// A shard is one file:
//
//	magic | length, header (JSON) | blocks of names | blocks of records |
//	index | offset of the index (8 bytes) | SHA-256 of all before (32 bytes)
//
// Blocks and index are zstd frames. Names are sorted, so that a lookup unpacks
// the one block that may hold a name; records are numbered in the order of their
// IDs and unpacked only where a version is affected.
const (
	shardMagic = "TWADV\x01\r\n"
	// nameBlock and recordBlock are the sizes at which a block ends, before it is
	// compressed.
	nameBlock   = 128 << 10
	recordBlock = 256 << 10
)

// Kinds of shards.
const (
	// KindFlaws holds vulnerabilities of one ecosystem and release.
	KindFlaws = "flaws"
	// KindMalware holds OSV's MAL- records of one ecosystem.
	KindMalware = "malware"
	// KindCVE holds what is known of CVEs whatever they are in: CISA KEV and EPSS.
	KindCVE = "cve"
)

// Header describes a shard; it stands in the shard itself and in the index.
type Header struct {
	// Ecosystem is OSV's name with release ("Debian:12"), "" for KindCVE.
	Ecosystem string `json:"ecosystem,omitempty"`
	Kind      string `json:"kind"`
	// Records and Packages are counts.
	Records  int `json:"records"`
	Packages int `json:"packages"`
	// Built is when the shard was made, Modified the newest date of its records,
	// the zero time for unknown.
	Built    time.Time `json:"built"`
	Modified time.Time `json:"modified,omitzero"`
	// Sources are those whose records it holds.
	Sources []Attribution `json:"sources"`
}

// span is one compressed block: where it begins, and how long it is before and
// after it is unpacked.
type span struct {
	first        string // of names
	number       int    // of records, the first one's
	offset, size int
	raw          int
}

// shardWriter writes one shard. Names come sorted, then records in order.
type shardWriter struct {
	out    *bufio.Writer
	sum    hash.Hash
	zip    *zstd.Encoder
	at     int
	block  []byte
	begun  span
	names  []span
	heads  []span
	number int
}

func newShardWriter(w io.Writer, h Header) (*shardWriter, error) {
	zip, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(false))
	if err != nil {
		return nil, err
	}
	s := &shardWriter{sum: sha256.New(), zip: zip}
	s.out = bufio.NewWriter(io.MultiWriter(w, s.sum))
	text, err := json.Marshal(h)
	if err != nil {
		return nil, err
	}
	return s, s.write(append([]byte(shardMagic), appendString(nil, string(text))...))
}

func (s *shardWriter) write(b []byte) error {
	s.at += len(b)
	_, err := s.out.Write(b)
	return err
}

// name adds the entries of one package.
func (s *shardWriter) name(name string, body []byte) error {
	if len(s.block) == 0 {
		s.begun = span{first: name}
	}
	s.block = appendString(appendString(s.block, name), string(body))
	if len(s.block) < nameBlock {
		return nil
	}
	return s.endNames()
}

func (s *shardWriter) endNames() (err error) {
	s.names, err = s.end(s.names)
	return err
}

// head adds the next record.
func (s *shardWriter) head(body []byte) (err error) {
	if len(s.block) == 0 {
		s.begun = span{number: s.number}
	}
	s.number++
	s.block = appendString(s.block, string(body))
	if len(s.block) >= recordBlock {
		s.heads, err = s.end(s.heads)
	}
	return err
}

// end compresses and writes the block that was begun.
func (s *shardWriter) end(list []span) ([]span, error) {
	if len(s.block) == 0 {
		return list, nil
	}
	packed := s.zip.EncodeAll(s.block, nil)
	b := s.begun
	b.offset, b.size, b.raw = s.at, len(packed), len(s.block)
	s.block = s.block[:0]
	return append(list, b), s.write(packed)
}

// close writes the index and the trailer and returns the digest of the file.
func (s *shardWriter) close() (digest string, size int64, err error) {
	if s.heads, err = s.end(s.heads); err != nil {
		return "", 0, err
	}
	index := binary.AppendUvarint(nil, uint64(s.number))
	for _, list := range [][]span{s.names, s.heads} {
		index = binary.AppendUvarint(index, uint64(len(list)))
		for _, b := range list {
			index = appendString(index, b.first)
			for _, n := range []int{b.number, b.offset, b.size, b.raw} {
				index = binary.AppendUvarint(index, uint64(n))
			}
		}
	}
	offset := s.at
	if err := s.write(s.zip.EncodeAll(index, nil)); err != nil {
		return "", 0, err
	}
	if err := s.write(binary.BigEndian.AppendUint64(nil, uint64(offset))); err != nil {
		return "", 0, err
	}
	if err := s.out.Flush(); err != nil {
		return "", 0, err
	}
	if err := s.write(s.sum.Sum(nil)); err != nil {
		return "", 0, err
	}
	if err := s.out.Flush(); err != nil {
		return "", 0, err
	}
	return "sha256:" + hex.EncodeToString(s.sum.Sum(nil)), int64(s.at), s.zip.Close()
}

// fileName is how a shard's file is called: "debian-12.twa", "npm.malware.twa".
func (h Header) fileName() string {
	name := strings.NewReplacer(":", "-", " ", "-", "/", "-").Replace(strings.ToLower(h.Ecosystem))
	switch h.Kind {
	case KindMalware:
		name += ".malware"
	case KindCVE:
		name = "cve"
	}
	return name + ".twa"
}

// String names the shard in messages.
func (h Header) String() string {
	switch h.Kind {
	case KindMalware:
		return h.Ecosystem + " (malware)"
	case KindCVE:
		return "CVE (KEV and EPSS)"
	}
	return h.Ecosystem
}

// check refuses a header that names no shard.
func (h Header) check() error {
	switch h.Kind {
	case KindFlaws, KindMalware:
		if h.Ecosystem == "" || len(h.Ecosystem) > MaxEcosystemBytes {
			return fmt.Errorf("a shard of no ecosystem: %w", errDamaged)
		}
	case KindCVE:
	default:
		return fmt.Errorf("a shard of the kind %.40q, which this version does not read; update tidewaiter", h.Kind)
	}
	return nil
}
