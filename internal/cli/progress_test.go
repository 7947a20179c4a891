package cli

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestProgressShowsBytesAndRateOnATerminal(t *testing.T) {
	var out bytes.Buffer
	now := time.Unix(0, 0)
	env := Env{Stderr: &out, Now: func() time.Time { return now }, ErrorTerminal: true}
	step, transfer := newProgress(env, checkOptions{})
	transfer(1e6, 40e6)
	require.Empty(t, out.String(), "silent at first")
	now = now.Add(4 * time.Second)
	transfer(20e6, 40e6)
	require.Equal(t, "         20.0 of 40.0 MB, 5.0 MB/s", out.String())
	now = now.Add(time.Millisecond)
	transfer(21e6, 40e6)
	require.Equal(t, "         20.0 of 40.0 MB, 5.0 MB/s", out.String(), "not for every megabyte")
	step("match advisories")
	require.Equal(t, "         20.0 of 40.0 MB, 5.0 MB/s\r\x1b[K   4.0s  match advisories\n", out.String())
	out.Reset()
	now = now.Add(time.Second)
	transfer(30e6, 40e6)
	transfer(40e6, 40e6)
	require.Equal(t, "         30.0 of 40.0 MB, 6.0 MB/s\r\x1b[K", out.String())
	require.Equal(t, "3.0 MB", transferred(3e6, 0, 0))

	env.ErrorTerminal = false
	_, transfer = newProgress(env, checkOptions{})
	require.Nil(t, transfer, "a log keeps no line that is written over")
	step, transfer = newProgress(env, checkOptions{quiet: true})
	require.Nil(t, step)
	require.Nil(t, transfer)
}
