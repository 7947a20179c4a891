package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/tidewaiter/tidewaiter/internal/gate"
	"github.com/tidewaiter/tidewaiter/internal/registry"
	"github.com/tidewaiter/tidewaiter/internal/report"
)

const actionLong = `action is check as a step of a GitHub workflow: it reads the step's inputs from
the environment, writes the annotations, the job summary, the outputs and a SARIF
file, and ends as check does. action.yml describes the inputs and outputs.`

func newAction(env Env) *cobra.Command {
	return &cobra.Command{
		Use: "action", Short: "Run as a step of a GitHub workflow", Long: actionLong, Args: arguments(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error { return runAction(c.Context(), env) },
	}
}

// runAction is check between a step's inputs and its outputs. Whatever goes
// wrong, a result that says so is written to all of them.
func runAction(ctx context.Context, env Env) error {
	in, warnings, err := parseInputs(env.Environ())
	job := newJob(env.Getenv)
	if len(warnings) > 0 {
		io.WriteString(env.Stdout, report.Annotation("warning", "tidewaiter: inputs", strings.Join(warnings, "; ")))
		job.warnings = 1
	}
	if err == nil {
		err = job.prepare(in)
	}
	var result *gate.Result
	if err == nil {
		if in.token != "" {
			env.Logins = map[string]registry.Login{"ghcr.io": {Username: job.actor, Password: in.token}}
		}
		result, err = runCheck(ctx, env, in.options(job))
	}
	if result == nil {
		result = failed(env, err)
	}
	if unwritten := job.publish(env, in, result); unwritten != nil {
		io.WriteString(env.Stdout, report.Annotation("error", "tidewaiter: report", unwritten.Error()))
		err = errors.Join(err, unwritten)
	}
	return err
}

// options are the same ones that the flags of check fill. A key without sign is
// no mistake here: sign is often an expression.
func (in actionInputs) options(job job) checkOptions {
	if !in.sign {
		in.key = ""
	}
	var compare *gate.Comparison
	if !in.sign {
		payload, err := readEvent(job.eventFile)
		compare = job.comparison(job.event, payload, err)
	}
	return checkOptions{
		compare: compare, path: job.path, images: in.images, push: in.push, sign: in.sign, key: in.key, config: in.config, rules: in.rules,
		failOn: in.failOn, advisories: in.advisories, format: "text", edits: true,
	}
}

// publish writes everything that GitHub reads. One that fails does not keep the
// others from being written.
func (j job) publish(env Env, in actionInputs, r *gate.Result) error {
	o := report.Options{PathPrefix: j.prefix, BlobURL: j.blobURL, Warnings: j.warnings, OpenOnly: true}
	errs := []error{report.Write("github", env.Stdout, r, o)}
	files := reportFiles{}
	if j.workspace != "" {
		var fileErr error
		files, fileErr = j.writeReports(in, r, o)
		errs = append(errs, fileErr)
	}
	errs = append(errs, j.writeSummary(r, o), j.writeOutputs(actionOutputs(r, files)), j.writeArtifacts(r))
	return errors.Join(errs...)
}

// signEvents are those whose code nobody has accepted yet, or which run with
// the rights of the base on somebody else's wish.
func signEvents() []string { return []string{"pull_request", "pull_request_target", "workflow_run"} }

// prepare resolves the inputs against the job.
func (j *job) prepare(in actionInputs) error {
	if j.workspace == "" {
		return &flagError{fmt.Errorf("GITHUB_WORKSPACE is not set: action runs as a step of a GitHub workflow; elsewhere use tidewaiter check")}
	}
	if in.sign && slices.Contains(signEvents(), j.event) {
		return &flagError{fmt.Errorf("sign: refused on %s, which runs for code that nobody has accepted yet: write sign: ${{ github.event_name == 'push' }}", j.event)}
	}
	j.locate(in.path)
	return nil
}
