package secret

import (
	"bytes"
	"errors"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// ErrBinary is a stream that turned out to hold no text.
var ErrBinary = errors.New("holds no text")

// Stream is Search over a text of any size, in parts that overlap, so that
// memory is bounded. What it finds has no offsets, only lines. A NUL byte ends
// it with ErrBinary: what was found before comes back too.
func (s *Searcher) Stream(name string, r io.Reader, least Certainty, budget int64) (found []Found, tried int64, err error) {
	buf := make([]byte, MaxWindowBytes+MaxOverlapBytes)
	seen := map[string]bool{}
	have, lines := 0, 0
	for {
		n, err := io.ReadFull(r, buf[have:])
		last := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !last {
			return found, tried, err
		}
		part := buf[:have+n]
		binary := bytes.IndexByte(part[have:], 0) >= 0
		if binary {
			part = part[:have+bytes.IndexByte(part[have:], 0)]
		}
		more, cost := s.Search(name, part, least, budget-tried)
		tried += cost
		for _, f := range more {
			if !seen[f.Digest] && len(found) < MaxFound {
				seen[f.Digest] = true
				f.Line, f.Start, f.End = f.Line+lines, 0, 0
				found = append(found, f)
			}
		}
		switch {
		case binary:
			return found, tried, ErrBinary
		case last:
			return found, tried, nil
		}
		keep := len(part) - MaxOverlapBytes
		lines += bytes.Count(part[:keep], []byte("\n"))
		have = copy(buf, part[keep:])
	}
}

// Text returns what a file says in UTF-8, and whether it is text: UTF-16 with a
// byte order mark is, what holds NUL bytes is not.
func Text(data []byte) ([]byte, bool) {
	if len(data) >= 4 && len(data)%2 == 0 && (data[0] == 0xff && data[1] == 0xfe || data[0] == 0xfe && data[1] == 0xff) {
		low, high := 0, 1
		if data[0] == 0xfe {
			low, high = 1, 0
		}
		units := make([]uint16, 0, len(data)/2)
		for i := 2; i+1 < len(data); i += 2 {
			units = append(units, uint16(data[i+low])|uint16(data[i+high])<<8)
		}
		out := make([]byte, 0, len(units))
		for _, r := range utf16.Decode(units) {
			out = utf8.AppendRune(out, r)
		}
		data = out
	}
	return data, bytes.IndexByte(data, 0) < 0
}
