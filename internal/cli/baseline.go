package cli

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"github.com/tidewaiter/tidewaiter/internal/gate"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

const baselineLong = `baseline judges PATH (default: this folder) and writes what it finds to
tidewaiter.baseline, one line a finding, sorted: what is listed there blocks nothing
from then on, and what comes after it does. Review the file and commit it.

A finding is known again when its lines move, and when its file is renamed. Take a
line out and its finding counts again; check says how many lines match nothing any
more, and baseline writes the file without them. Findings about the project itself,
such as a waiver that has expired, are never accepted. In a pull request the baseline
of its base counts.

Examples:
  tidewaiter baseline
  tidewaiter baseline --rules strict services/web

Exit codes: 0 written, 2 wrong flag or configuration, 3 the file could not be
written.`

func newBaseline(env Env) *cobra.Command {
	var o fixOptions
	c := &cobra.Command{
		Use: "baseline [PATH]", Short: "Accept today's findings into a file for review", Long: baselineLong,
		Args: arguments(cobra.MaximumNArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			path := "."
			if len(args) == 1 {
				path = args[0]
			}
			return runBaseline(c.Context(), env, path, o)
		},
	}
	o.flags(c, "ask no registry about base images")
	return c
}

func runBaseline(ctx context.Context, env Env, path string, o fixOptions) error {
	got, err := gate.Accept(ctx, env.gate(checkOptions{quiet: o.quiet, verbose: o.verbose}), gate.Options{Path: path, Config: o.config, Rules: o.rules, Offline: o.offline})
	if err != nil {
		return err
	}
	if err := writeBaseline(path, got); err != nil {
		return err
	}
	_, err = fmt.Fprintf(env.Stdout, "%s accepts %s; review it and commit it\n", got.Path, plural(got.Findings, "finding"))
	return err
}

// writeBaseline replaces the file, or makes it where there is none; a link is
// followed by neither.
func writeBaseline(dir string, b gate.Accepted) error {
	if b.Exists {
		return source.Replace(dir, []source.Replacement{{Path: b.Path, Before: b.Before, After: b.After}})
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	f, err := root.OpenFile(b.Path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.WriteString(b.After)
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		_ = root.Remove(b.Path) // half a baseline is worse than none
	}
	return err
}
