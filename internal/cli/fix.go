package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/spf13/cobra"
	"github.com/tidewaiter/tidewaiter/internal/gate"
	"github.com/tidewaiter/tidewaiter/internal/report"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

const fixLong = `fix repairs the Dockerfiles and Kubernetes manifests below PATH (default: this
folder), as far as a machine can: it pins images by digest, gives ADD its checksum,
takes out switches that turn checks off, writes what a newer form says better, and
sets the hardening fields of pods on the line that decides them, in a base or in the
patch of an overlay.

Every edit is proven before it is made: with it in place the file is read, every
kustomization that takes it in is rendered and all rules are run again, the finding
must be gone in every overlay, none but opinions may have come, and every other
instruction and rendered field must be the same, letter by letter. What cannot be
proven is left to you: fix says what remains, and check says what to write. Whether a
program bears the setting (a read-only root, a user other than root) no proof tells:
look at --diff, and try it.

Examples:
  tidewaiter fix --diff            show what would change, and write nothing
  tidewaiter fix                   change the files
  tidewaiter fix --rules tidy      style as well
  tidewaiter fix --rules unpinned-base,unpinned-copy-source services/web
  tidewaiter fix --diff | git apply

Digests are asked for at public registries and at the https address that an ADD
names, and only by this verb; with --offline nothing is asked, and what needs a
digest remains. A reference behind a variable, and one without a version, are left
as they are: only you know what is meant.

Files are replaced whole or not at all, with their permissions and line endings.
Nothing outside of PATH is touched, links included.

Exit codes: 0 done, whatever remains, 2 wrong flag or configuration, 3 a file could
not be written.`

// fixOptions are the flags of fix.
type fixOptions struct {
	config, rules                 string
	diff, offline, quiet, verbose bool
}

func newFix(env Env) *cobra.Command {
	var o fixOptions
	c := &cobra.Command{
		Use: "fix [PATH]", Short: "Repair Dockerfiles and manifests with edits that are proven first", Long: fixLong,
		Args: arguments(cobra.MaximumNArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			path := "."
			if len(args) == 1 {
				path = args[0]
			}
			return runFix(c.Context(), env, path, o)
		},
	}
	o.flags(c, "ask no registry or server for digests")
	c.Flags().BoolVar(&o.diff, "diff", false, "print the changes as a unified diff and write nothing")
	return c
}

// flags declares what fix shares with baseline; offline says what is not asked.
func (o *fixOptions) flags(c *cobra.Command, offline string) {
	f := c.Flags()
	f.StringVar(&o.config, "config", "", "configuration `FILE` (default: tidewaiter.yaml or .github/tidewaiter.yaml below PATH)")
	f.StringVar(&o.rules, "rules", "", "default, strict, tidy, all, or a `LIST` of rules")
	f.BoolVar(&o.offline, "offline", false, offline)
	f.BoolVarP(&o.quiet, "quiet", "q", false, "say nothing of progress")
	f.BoolVarP(&o.verbose, "verbose", "v", false, "say every step")
}

func runFix(ctx context.Context, env Env, path string, o fixOptions) error {
	done, err := gate.Repair(ctx, env.gate(checkOptions{quiet: o.quiet, verbose: o.verbose}), gate.Options{Path: path, Config: o.config, Rules: o.rules, Offline: o.offline})
	if err != nil {
		return err
	}
	if !o.diff {
		if err := source.Replace(path, done.Files); err != nil {
			return err
		}
		io.WriteString(env.Stdout, repaired(done, "fixed"))
		return nil
	}
	// The diff alone is for standard output, where a program may read it.
	for _, f := range done.Files {
		text := string(diff.Diff("a/"+f.Path, []byte(f.Before), "b/"+f.Path, []byte(f.After)))
		if env.Terminal {
			text = report.Message(text) + "\n"
		}
		io.WriteString(env.Stdout, text)
	}
	io.WriteString(env.Stderr, repaired(done, "would fix"))
	return nil
}

// repaired says what was done and what is left.
func repaired(r *gate.Repaired, verb string) string {
	var b strings.Builder
	for _, f := range r.Fixed {
		fmt.Fprintf(&b, "%s %s:%d:%d %s (%s): %s\n", verb, f.Path, f.Line, f.Column, f.Name, f.Rule, f.Fix.Title)
	}
	for _, why := range r.Unanswered {
		fmt.Fprintf(&b, "no digest for %s\n", why)
	}
	blocking := 0
	for _, f := range r.Remaining {
		if f.Blocking {
			blocking++
		}
	}
	fmt.Fprintf(&b, "%s %s in %s", verb, plural(len(r.Fixed), "finding"), plural(len(r.Files), "file"))
	if n := len(r.Remaining); n > 0 {
		fmt.Fprintf(&b, "; %s for a person to decide, %d of which block: tidewaiter check", plural(n, "finding")+" left", blocking)
	}
	if n := len(r.NotAnalysed); n > 0 {
		fmt.Fprintf(&b, "; %s could not be judged", plural(n, "input"))
	}
	return report.Message(b.String()) + "\n"
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
