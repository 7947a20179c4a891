package dockerfile

import (
	"context"

	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// BaseConfigs knows the configurations of base images. It is asked only while
// facts are loaded, and never by a rule.
type BaseConfigs interface {
	// BaseConfig returns the configuration (the JSON of an OCI image
	// configuration) of a reference for a platform such as "linux/amd64". The
	// reference is fully qualified: "docker.io/library/debian:12". known is false
	// where the configuration cannot be told; that is no error.
	BaseConfig(ctx context.Context, reference, platform string) (config []byte, known bool)
}

// LintWarning is one warning of BuildKit's own checks.
// https://docs.docker.com/reference/build-checks/ lists them.
type LintWarning struct {
	// Check is the name: "JSONArgsRecommended". Detail is BuildKit's sentence.
	Check, Detail string
	// First and Last are the 1-based lines that BuildKit itself would name.
	First, Last int
}

// Refusal is BuildKit's reason not to build a file, with the 1-based line of the
// instruction it refuses.
type Refusal struct {
	Line   int
	Reason string
}

// CheckOptions are what the "# check=" directive of a file asks of BuildKit's
// checks. What it skips stands among the File's Ignores as well.
type CheckOptions struct {
	// Line is the directive's line, 0 where there is none.
	Line int
	// Error is true where the file wants its build to fail on any warning.
	Error bool
	// ExperimentalAll and Experimental turn on checks that are off otherwise.
	ExperimentalAll bool
	Experimental    []string
}

// checkDirective reads "# check=" at the top of the file.
func (r *reader) checkDirective() {
	if !mayIgnore(r.src.Text) {
		return
	}
	value, _, at, ok := parser.ParseDirective("check", []byte(r.src.Text))
	if !ok || len(at) == 0 {
		return
	}
	line := at[0].Start.Line
	r.file.Checks.Line = line
	options, err := linter.ParseLintOptions(value)
	if err != nil {
		r.notAnalysed(line, "check directive is not understood: "+err.Error())
		return
	}
	r.file.Checks.Error = options.ReturnAsError
	r.file.Checks.ExperimentalAll, r.file.Checks.Experimental = options.ExperimentalAll, options.ExperimentalRules
}
