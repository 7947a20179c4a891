package cli

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/tidewaiter/tidewaiter/internal/product"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/rules"
	"github.com/tidewaiter/tidewaiter/internal/spelling"
)

func newExplain(env Env) *cobra.Command {
	return &cobra.Command{
		Use: "explain RULE", Short: "Say what a rule means, why, and how to repair it",
		Long: "explain takes a rule's name (root-user), its ID (TW-D002) or another tool's name for\nthe same check (hadolint:DL3002).",
		Args: arguments(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			all := rules.All()
			var known []string
			for i := range all {
				if all[i].Named(args[0]) {
					fmt.Fprint(env.Stdout, explain(&all[i]))
					return nil
				}
				known = append(known, all[i].Name)
			}
			return &flagError{fmt.Errorf("no rule %q%s; tidewaiter rules lists all", args[0], spelling.Suggest(args[0], known))}
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			var names []string
			for _, r := range rules.All() {
				names = append(names, r.Name)
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
	}
}

// explain is the text of one rule.
func explain(r *rule.Rule) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s  (%s, profile %s, since %s)\n%s\n\n", r.ID, r.Name, r.Severity, r.Profile, r.Since, r.Title)
	fmt.Fprintf(&b, "Why\n%s\n\nFix\n%s\n", indent(wrap(r.Why)), indent(wrap(r.Fix)))
	if len(r.Settings) > 0 {
		b.WriteString("\nSettings in tidewaiter.yaml\n")
		for _, s := range r.Settings {
			fmt.Fprintf(&b, "  rules: {%s: {settings: {%s: %s}}}\n    %s\n", r.Name, s.Name, s.Written(), s.Doc)
		}
	}
	if len(r.Bad) > 0 {
		fmt.Fprintf(&b, "\nExample (carets mark what is reported)\n%s\n", indent(strings.TrimSpace(r.Bad[0])))
	}
	if len(r.Refs) > 0 {
		b.WriteString("\nServes\n")
		for _, ref := range r.Refs {
			fmt.Fprintf(&b, "  %s\n", ref)
		}
	}
	if len(r.Aliases) > 0 {
		fmt.Fprintf(&b, "\nSame as\n  %s\n", strings.Join(r.Aliases, ", "))
	}
	fmt.Fprintf(&b, "\nTo accept one finding:  # tidewaiter:ignore %s until=YYYY-MM-DD reason=\"…\"\n%s\n", r.Name, product.RuleURL(r.ID))
	return b.String()
}

func indent(s string) string { return "  " + strings.ReplaceAll(s, "\n", "\n  ") }

// textWidth is how many characters of prose stand on a line.
const textWidth = 78

// wrap breaks a text between its words.
func wrap(s string) string {
	var b strings.Builder
	column := 0
	for _, word := range strings.Fields(s) {
		n := utf8.RuneCountInString(word)
		switch {
		case column == 0:
		case column+1+n > textWidth:
			b.WriteByte('\n')
			column = 0
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += n
	}
	return b.String()
}
