package cli

import (
	"github.com/spf13/cobra"
)

// newPolicy is the group of what is done with the policy itself.
func newPolicy(env Env) *cobra.Command {
	c := &cobra.Command{
		Use: "policy", Short: "Work with the policy itself", Args: noSubcommand,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(newPolicyExport(env))
	return c
}
