package cli

import (
	"encoding/json"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/rules"
)

// ruleJSON is one rule of "rules --format json".
type ruleJSON struct {
	ID       string      `json:"id"`
	Name     string      `json:"name"`
	Title    string      `json:"title"`
	Severity string      `json:"severity"`
	Profile  string      `json:"profile"`
	Since    string      `json:"since"`
	Needs    []rule.Need `json:"needs"`
	Fixable  bool        `json:"fixable"`
	Aliases  []string    `json:"aliases"`
	Refs     []rule.Ref  `json:"refs"`
	Why      string      `json:"why"`
	Fix      string      `json:"fix"`
}

func newRules(env Env) *cobra.Command {
	var format string
	c := &cobra.Command{
		Use: "rules", Short: "List every rule", Args: arguments(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			switch format {
			case "json":
				return writeRulesJSON(env)
			case "text":
				return writeRulesText(env)
			}
			return &flagError{fmt.Errorf("--format %s is none of text, json", format)}
		},
	}
	c.Flags().StringVar(&format, "format", "text", "text or json")
	return c
}

func writeRulesJSON(env Env) error {
	out := []ruleJSON{}
	for _, r := range rules.All() {
		out = append(out, ruleJSON{r.ID, r.Name, r.Title, r.Severity.String(), string(r.Profile), r.Since,
			append([]rule.Need{}, r.Check.Needs...), r.Fixable, append([]string{}, r.Aliases...), append([]rule.Ref{}, r.Refs...), r.Why, r.Fix})
	}
	enc := json.NewEncoder(env.Stdout)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(out)
}

func writeRulesText(env Env) error {
	w := tabwriter.NewWriter(env.Stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tNAME\tSEVERITY\tPROFILE\tTITLE")
	for _, r := range rules.All() {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", r.ID, r.Name, r.Severity, r.Profile, r.Title)
	}
	return w.Flush()
}
