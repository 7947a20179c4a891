package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/tidewaiter/tidewaiter/internal/product"
	"github.com/tidewaiter/tidewaiter/internal/report"
	"github.com/tidewaiter/tidewaiter/internal/rules/credential"
)

// Main runs the command line and returns the exit code.
func Main(ctx context.Context, env Env) int {
	root := newRoot(env)
	root.SetArgs(env.Args)
	err := root.ExecuteContext(ctx)
	if err != nil && !errors.Is(err, errBlocked) && !errors.Is(err, errSilent) {
		fmt.Fprintln(env.Stderr, product.Name+": "+report.Message(credential.Mask(err.Error())))
	}
	return exitCode(err)
}

const rootLong = `tidewaiter judges a repository and its images before they go ashore.

It lints Dockerfiles, renders Kubernetes manifests with kustomize and checks the
deployment settings, scans images, joins the three, decides by tidewaiter.yaml,
and signs the images that pass, and only those.

Start with:
  tidewaiter demo                 the whole job on a small project, without network
  tidewaiter check                judge this repository
  tidewaiter explain root-user    what a rule means and how to repair it

Every flag can be given as an environment variable: --fail-on is TIDEWAITER_FAIL_ON.

Exit codes: 0 pass, 1 blocked, 2 wrong flag or configuration, 3 could not decide.`

func newRoot(env Env) *cobra.Command {
	root := &cobra.Command{
		Use: product.Name, Short: "A supply-chain gate for containers", Long: rootLong, Version: env.Version,
		SilenceUsage: true, SilenceErrors: true, Args: noSubcommand,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SuggestionsMinimumDistance = 2
	root.SetOut(env.Stdout)
	root.SetErr(env.Stderr)
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return &flagError{fmt.Errorf("%w; see %s --help", err, c.CommandPath())}
	})
	root.PersistentPreRunE = func(c *cobra.Command, _ []string) error { return fromEnvironment(env, c.Flags()) }
	root.AddCommand(newCheck(env), newFix(env), newBaseline(env), newVerify(env), newDemo(env), newExplain(env), newRules(env), newSBOM(env), newReport(env), newAdvisories(env), newPolicy(env), newAction(env))
	return root
}

// noSubcommand refuses a verb that does not exist.
func noSubcommand(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	hint := ""
	if near := c.SuggestionsFor(args[0]); len(near) > 0 {
		hint = fmt.Sprintf("; did you mean %q?", near[0])
	}
	return &flagError{fmt.Errorf("unknown command %q%s; see %s --help", args[0], hint, c.CommandPath())}
}

// arguments turns a cobra argument check into one of our usage errors.
func arguments(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if err := check(c, args); err != nil {
			return &flagError{fmt.Errorf("%w; see %s --help", err, c.CommandPath())}
		}
		return nil
	}
}

// fromEnvironment fills flags that were not given from TIDEWAITER_<FLAG>.
func fromEnvironment(env Env, flags *pflag.FlagSet) error {
	var first error
	flags.VisitAll(func(f *pflag.Flag) {
		name := "TIDEWAITER_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
		if value := env.Getenv(name); value != "" && !f.Changed && first == nil {
			if err := flags.Set(f.Name, value); err != nil {
				first = &flagError{fmt.Errorf("%s: %w", name, err)}
			}
		}
	})
	return first
}
