package gate

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Whatever quotes the file or an address loses the credential, and no edit
// writes one.
func TestMaskResult(t *testing.T) {
	token := "gh" + "p_" + strings.Repeat("aB3", 12)
	said := "it says " + token
	r := &Result{
		Findings: []Finding{
			{Message: said, Subject: said, Key: said, WaiverReason: said, Related: []Related{{Message: said}}, Fix: &Fix{Title: said, Edits: []Edit{{Text: said}}}},
			{Message: "plain", Fix: &Fix{Title: "pin it", Edits: []Edit{{Text: "a:1"}}}},
		},
		NotAnalysed: []NotAnalysed{{Reason: said}}, Error: said,
		Inputs: []Input{{Reference: said, Trigger: said, Base: &Base{Unknown: said, OnBuild: []string{said}}}},
	}
	r.mask()
	text, err := json.Marshal(r)
	require.NoError(t, err)
	require.NotContains(t, string(text), token)
	require.Contains(t, r.Findings[0].Message, "it says ****")
	require.Empty(t, r.Findings[0].Fix.Edits)
	require.Equal(t, "plain", r.Findings[1].Message)
	require.Len(t, r.Findings[1].Fix.Edits, 1)
}
