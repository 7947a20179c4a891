package deploy

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAmount(t *testing.T) {
	for text, want := range map[string]float64{"0": 0, "1": 1, "100m": 0.1, "0.1": 0.1, "1Ki": 1024, "1.5Gi": 1.5 * (1 << 30), "1e3": 1000, "2E": 2e18, "5k": 5000, "7n": 7e-9} {
		got, ok := amount(text)
		require.True(t, ok, text)
		require.InEpsilon(t, want+1, got+1, 1e-12, text)
	}
	for _, text := range []string{"", "x", "1x", "Gi", "NaN", "Infinity", "${CPU}", "1 Gi"} {
		_, ok := amount(text)
		require.False(t, ok, text)
	}
}

func TestPortName(t *testing.T) {
	for _, good := range []string{"http", "a", "http-2", "8x", "abcdefghijklmno"} {
		require.True(t, portName(good), good)
	}
	for _, bad := range []string{"", "80", "-http", "http-", "ht--tp", "Http", "abcdefghijklmnop", "a_b", "1-2"} {
		require.False(t, portName(bad), bad)
	}
}

func TestShare(t *testing.T) {
	for _, c := range []struct {
		share    share
		pods     int64
		up, down int64
	}{
		{share{n: 2}, 5, 2, 2}, {share{n: 50, percent: true}, 3, 2, 1}, {share{n: 100, percent: true}, 3, 3, 3}, {share{n: 0, percent: true}, 3, 0, 0},
	} {
		require.Equal(t, c.up, c.share.of(c.pods, true))
		require.Equal(t, c.down, c.share.of(c.pods, false))
	}
}

func TestWithoutIndexes(t *testing.T) {
	for path, want := range map[string]string{
		"": "", "spec": "spec", "spec.containers[0].env[12].name": "spec.containers.env.name", "data.a[x]": "data.a[x]", "data.a[]": "data.a[]", "data.a[1": "data.a[1",
	} {
		require.Equal(t, want, withoutIndexes(path))
	}
}
