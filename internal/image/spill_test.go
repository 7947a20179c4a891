package image

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLargeFilesGoThroughATemporaryFile(t *testing.T) {
	s := testScanner(t)
	s.limits.buffered = 2
	var got []string
	s.extractors = []extractor{{
		what: "thing", limit: 1 << 20, wants: func(Path, []byte) bool { return true },
		run: func(_ *Inventory, _ Path, data []byte) error { got = append(got, string(data)); return nil },
	}}
	long := strings.Repeat("l", 3*peekBytes)
	_, err := s.walk(t.Context(), bytes.NewReader(tarOf(t, tar.Header{Name: "a"}, tar.Header{Name: "abc"}, tar.Header{Name: long, Format: tar.FormatPAX})))
	require.NoError(t, err)
	require.Equal(t, []string{"a", "abc", long}, got)
}

func TestSpilledTellsWhatBroke(t *testing.T) {
	_, _, err := spilled([]byte("ab"), strings.NewReader("c"), 4)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	_, _, err = spilled(nil, io.MultiReader(strings.NewReader("c"), failingReader{}), 4)
	require.EqualError(t, err, "connection reset")
	t.Setenv("TMPDIR", t.TempDir()+"/absent")
	_, _, err = spilled(nil, strings.NewReader("abcd"), 4)
	require.ErrorContains(t, err, "temporary file of 4 bytes")
	require.ErrorContains(t, err, "TMPDIR")
}

type failingReader struct{}

func (failingReader) Read([]byte) (int, error) { return 0, errors.New("connection reset") }
