package source

import (
	"strconv"
	"unicode/utf16"
)

// LineHashes returns, for every line of text, the value that GitHub code
// scanning knows as primaryLocationLineHash and uses to recognise an alert
// whose line has moved. Index 0 is line 1.
//
// The value is a polynomial hash (base 37, modulo 2^64) in hexadecimal over the
// 100 UTF-16 units that start at the line, spaces and tabs left out, every line
// ending counted as one line feed, the unit 65535 after the end and zeros from
// there on; then ":" and how often that hash has been seen so far in the file.
// A lone carriage return ends a line here, unlike in File.
//
// It is the algorithm of github/codeql-action (src/fingerprints.ts): its upload
// step warns when a file comes with other values.
func LineHashes(text string) []LineHash {
	h := &lineHasher{lineStart: true, seen: map[uint64]int{}, outgoing: 1}
	for range hashWindow {
		h.outgoing *= hashBase
	}
	for _, r := range text {
		if high, low := utf16.EncodeRune(r); high != '\uFFFD' {
			h.add(uint64(high))
			h.add(uint64(low))
			continue
		}
		h.add(uint64(r))
	}
	h.add(endOfText)
	for range hashWindow {
		h.roll(0)
	}
	return h.lines
}

// LineHash is the hash of one line and how often it has been seen up to there.
type LineHash struct {
	sum uint64
	nth int
}

// String returns the value as GitHub writes it, "39fa2ee980eb94b0:1".
func (h LineHash) String() string { return strconv.FormatUint(h.sum, 16) + ":" + strconv.Itoa(h.nth) }

const (
	hashWindow = 100
	hashBase   = 37
	endOfText  = 65535
)

// lineHasher slides a window of hashWindow units over a text. When the unit
// that starts a line is about to leave the window, the hash is that line's.
type lineHasher struct {
	window [hashWindow]uint64
	starts [hashWindow]bool // the unit in this slot is the first of a line
	at     int              // slot of the oldest unit
	sum    uint64
	// outgoing is hashBase to the power of hashWindow: the weight of the unit
	// that leaves.
	outgoing           uint64
	lineStart, afterCR bool
	seen               map[uint64]int
	lines              []LineHash
}

// add feeds one unit of the text.
func (h *lineHasher) add(unit uint64) {
	blank := unit == ' ' || unit == '\t' || h.afterCR && unit == '\n'
	h.afterCR = unit == '\r'
	if blank {
		return
	}
	if unit == '\r' {
		unit = '\n'
	}
	slot := h.at
	h.roll(unit)
	h.starts[slot] = h.lineStart
	h.lineStart = unit == '\n'
}

// roll replaces the oldest unit of the window.
func (h *lineHasher) roll(unit uint64) {
	if h.starts[h.at] {
		h.starts[h.at] = false
		h.seen[h.sum]++
		h.lines = append(h.lines, LineHash{h.sum, h.seen[h.sum]})
	}
	h.sum = h.sum*hashBase + unit - h.window[h.at]*h.outgoing
	h.window[h.at] = unit
	h.at = (h.at + 1) % hashWindow
}
