package cli

import (
	"errors"

	"github.com/tidewaiter/tidewaiter/internal/gate"
	"github.com/tidewaiter/tidewaiter/internal/policy"
	"github.com/tidewaiter/tidewaiter/internal/sign"
)

// The exit codes, the same for every verb. 3 is never shown as a pass.
const (
	ExitPass    = 0
	ExitBlocked = 1 // the verdict fails, or a signature is refused
	ExitUsage   = 2 // a flag or the configuration cannot be meant
	ExitUnable  = 3 // could not decide or complete
)

// errBlocked ends a run whose verdict fails; the reports have said why.
var errBlocked = errors.New("blocked")

// errSilent ends a run with exit 3 whose message a report has already shown.
var errSilent = errors.New("reported")

// exitCode is the one place where errors become exit codes.
func exitCode(err error) int {
	var usage *gate.UsageError
	var config *policy.ConfigError
	var flag *flagError
	var rejected *sign.RejectedError
	switch {
	case err == nil:
		return ExitPass
	case errors.Is(err, errBlocked), errors.As(err, &rejected):
		return ExitBlocked
	case errors.As(err, &usage), errors.As(err, &config), errors.As(err, &flag):
		return ExitUsage
	}
	return ExitUnable
}

// flagError is a wrong flag or argument.
type flagError struct{ err error }

// Error returns the mistake.
func (e *flagError) Error() string { return e.err.Error() }

// Unwrap returns the cause.
func (e *flagError) Unwrap() error { return e.err }
