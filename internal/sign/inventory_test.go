package sign

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestInventoriesAreSignedForNothingElse(t *testing.T) {
	var keys []*Key
	for range 2 {
		private, _, err := GenerateKey([]byte("pw"))
		require.NoError(t, err)
		k, err := ParseKey("k", private, []byte("pw"))
		require.NoError(t, err)
		keys = append(keys, k)
	}
	ours, other := keys[0].Inventories(), keys[1].Inventories()
	sig, err := ours.Sign(t.Context(), []byte("statement"))
	require.NoError(t, err)
	require.NoError(t, ours.Verify(t.Context(), []byte("statement"), sig))
	require.ErrorContains(t, ours.Verify(t.Context(), []byte("Statement"), sig), "not made by the key")
	require.Error(t, other.Verify(t.Context(), []byte("statement"), sig))
	require.Error(t, ours.Verify(t.Context(), []byte("statement"), nil))
	require.False(t, keys[0].public.verify([]byte("statement"), sig), "it is no signature over the text itself")
	plain, err := keys[0].sign([]byte("statement"))
	require.NoError(t, err)
	require.Error(t, ours.Verify(t.Context(), []byte("statement"), plain), "nor is one over the text a signature of an inventory")
}
