package cli

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/rules"
	"github.com/tidewaiter/tidewaiter/internal/spelling"
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

// equivalentJSON is one check of "rules --as TOOL --format json".
type equivalentJSON struct {
	Check  string   `json:"check"`
	Rules  []string `json:"rules"`
	Reason string   `json:"reason"`
}

const rulesLong = `rules lists every rule of this program. With --as it lists the checks of another
tool instead, each with the rules that find the same; where there is none it says why.

Ignore comments and configuration may name a rule by ID, by name, or by another
tool's check: TW-D002, root-user, hadolint:DL3002.

Examples:
  tidewaiter rules
  tidewaiter rules --as hadolint
  tidewaiter rules --format json | jq '.[] | select(.profile == "tidy") | .name'`

func newRules(env Env) *cobra.Command {
	var format, as string
	c := &cobra.Command{
		Use: "rules", Short: "List every rule", Long: rulesLong, Args: arguments(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			if format != "json" && format != "text" {
				return &flagError{fmt.Errorf("--format %s is none of text, json", format)}
			}
			switch {
			case as != "":
				return writeEquivalents(env, as, format)
			case format == "json":
				return writeRulesJSON(env)
			}
			return writeRulesText(env)
		},
	}
	c.Flags().StringVar(&format, "format", "text", "text or json")
	c.Flags().StringVar(&as, "as", "", "list the checks of another `TOOL`, with the rules that find the same: "+strings.Join(rules.Tools(), ", "))
	return c
}

func writeRulesJSON(env Env) error {
	out := []ruleJSON{}
	for _, r := range rules.All() {
		out = append(out, ruleJSON{r.ID, r.Name, r.Title, r.Severity.String(), string(r.Profile), r.Since,
			append([]rule.Need{}, r.Check.Needs...), r.Fixable, append([]string{}, r.Aliases...), append([]rule.Ref{}, r.Refs...), r.Why, r.Fix})
	}
	return writeJSON(env, out)
}

func writeJSON(env Env, value any) error {
	enc := json.NewEncoder(env.Stdout)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(value)
}

func writeRulesText(env Env) error {
	w := tabwriter.NewWriter(env.Stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tNAME\tSEVERITY\tPROFILE\tTITLE")
	for _, r := range rules.All() {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", r.ID, r.Name, r.Severity, r.Profile, r.Title)
	}
	return w.Flush()
}

// writeEquivalents lists the checks of another tool.
func writeEquivalents(env Env, tool, format string) error {
	if known := rules.Tools(); !slices.Contains(known, tool) {
		return &flagError{fmt.Errorf("--as %s: no rule names that tool; known are %s%s", tool, strings.Join(known, ", "), spelling.Suggest(tool, known))}
	}
	list := rules.As(tool)
	if format == "json" {
		out := []equivalentJSON{}
		for _, e := range list {
			one := equivalentJSON{Check: e.Check, Rules: []string{}, Reason: e.Reason}
			for _, r := range e.Rules {
				one.Rules = append(one.Rules, r.ID)
			}
			out = append(out, one)
		}
		return writeJSON(env, out)
	}
	w := tabwriter.NewWriter(env.Stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "CHECK\tRULE\tNAME\tSEVERITY\tPROFILE")
	for _, e := range list {
		if len(e.Rules) == 0 {
			fmt.Fprintf(w, "%s\t-\tno equivalent: %s\n", e.Check, e.Reason)
		}
		for _, r := range e.Rules {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", e.Check, r.ID, r.Name, r.Severity, r.Profile)
		}
	}
	return w.Flush()
}
