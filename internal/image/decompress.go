package image

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// plain is decompress for what is no compression.
func plain(r io.Reader, mediaType string) (io.ReadCloser, error) {
	if strings.Contains(mediaType, "encrypted") {
		return nil, encrypted(mediaType)
	}
	return io.NopCloser(r), nil
}

func encrypted(mediaType string) error {
	return fmt.Errorf("it is encrypted (%s); decrypt the image before it is judged", mediaType)
}

// decompress tells the compression from the first bytes, not from the media
// type, which pushers get wrong.
func decompress(r io.Reader, mediaType string) (io.ReadCloser, error) {
	if strings.Contains(mediaType, "encrypted") {
		return nil, encrypted(mediaType)
	}
	b := bufio.NewReaderSize(r, 256<<10)
	head, err := b.Peek(4)
	if err != nil && err != io.EOF {
		return nil, err
	}
	switch {
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b}): // RFC 1952, 2.3.1
		z, err := gzip.NewReader(b)
		if err != nil {
			return nil, fmt.Errorf("gzip: %w", err)
		}
		return z, nil
	case bytes.HasPrefix(head, []byte{0x28, 0xb5, 0x2f, 0xfd}): // RFC 8878, 3.1.1
		z, err := zstd.NewReader(b, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(MaxZstdMemory))
		if err != nil {
			return nil, fmt.Errorf("zstd: %w", err)
		}
		return z.IOReadCloser(), nil
	case bytes.HasPrefix(head, []byte("BZh")), bytes.HasPrefix(head, []byte{0xfd, '7', 'z', 'X'}):
		return nil, fmt.Errorf("compression that image layers do not use (media type %q); push it as gzip or zstd", mediaType)
	}
	return io.NopCloser(b), nil
}
