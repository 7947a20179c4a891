package cli

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/gate"
	"github.com/tidewaiter/tidewaiter/internal/policy"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/sign"
)

func TestExitCodes(t *testing.T) {
	panicked := &rule.PanicError{Rule: &rule.Rule{ID: "TW-D002", Name: "root-user"}, Value: "index out of range"}
	for _, c := range []struct {
		err  error
		want int
	}{
		{nil, ExitPass},
		{errBlocked, ExitBlocked},
		{&sign.RejectedError{}, ExitBlocked},
		{&gate.UsageError{}, ExitUsage},
		{&policy.ConfigError{Err: errors.New("x")}, ExitUsage},
		{&flagError{errors.New("x")}, ExitUsage},
		{panicked, ExitUnable},
		{errSilent, ExitUnable},
		{errors.New("anything else"), ExitUnable},
	} {
		require.Equal(t, c.want, exitCode(c.err), "%v", c.err)
		if c.err != nil {
			require.Equal(t, c.want, exitCode(fmt.Errorf("wrapped: %w", c.err)), "%v", c.err)
		}
	}
}

// A rule that panics is no verdict: the report says error and names the rule.
func TestPanickedRuleIsAnError(t *testing.T) {
	r := failed(Env{}, &rule.PanicError{Rule: &rule.Rule{ID: "TW-D002", Name: "root-user"}, Value: "x"})
	require.Equal(t, "error", r.Result)
	require.Contains(t, r.Error, "rule TW-D002 (root-user) panicked")
}
