package lifecycle

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestKubernetes(t *testing.T) {
	before := time.Time{}
	for minor := OldestKubernetes; minor <= NewestKubernetes; minor++ {
		last, ok := Kubernetes(minor)
		require.True(t, ok, "1.%d", minor)
		require.True(t, last.After(before), "1.%d ends after the release before it", minor)
		before = last
	}
	for _, minor := range []int{0, OldestKubernetes - 1, NewestKubernetes + 1} {
		_, ok := Kubernetes(minor)
		require.False(t, ok, minor)
	}
	require.Len(t, kubernetes, NewestKubernetes-OldestKubernetes+1)
}
