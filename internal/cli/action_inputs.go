package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/spelling"
)

// actionInputs are the inputs of the step; empty means not set, since GitHub
// passes every declared input and cannot tell the two apart.
type actionInputs struct {
	path, push, config, rules, failOn, advisories, key, sarif, token string

	images []string
	sign   bool
}

// actionInputNames are the inputs that action.yml declares, in its order.
func actionInputNames() []string {
	return []string{"path", "image", "push", "sign", "key", "fail-on", "rules", "config", "advisories", "sarif", "token"}
}

// parseInputs reads the inputs from the environment, where the runner puts each
// as INPUT_<NAME>: upper case, blanks as underscores, hyphens as they are. An
// input that does not exist is a warning with the nearest name.
func parseInputs(environ []string) (actionInputs, []string, error) {
	var in actionInputs
	var warnings []string
	var first error
	slices.Sort(environ)
	for _, entry := range environ {
		name, value, _ := strings.Cut(entry, "=")
		name, ok := strings.CutPrefix(name, "INPUT_")
		if !ok {
			continue
		}
		name, value = strings.ToLower(name), strings.TrimSpace(value)
		if !slices.Contains(actionInputNames(), name) {
			warnings = append(warnings, fmt.Sprintf("there is no input %q%s", name, spelling.Suggest(name, actionInputNames())))
			continue
		}
		if err := in.set(name, value); err != nil && first == nil {
			first = &flagError{fmt.Errorf("input %s: %w", name, err)}
		}
	}
	return in, warnings, first
}

func (in *actionInputs) set(name, value string) (err error) {
	switch name {
	case "image":
		in.images = nonEmptyLines(value)
	case "sign":
		in.sign, err = parseBoolean(value)
	case "path":
		in.path = value
	case "push":
		in.push = value
	case "key":
		in.key = value
	case "fail-on":
		in.failOn = value
	case "rules":
		in.rules = strings.Join(nonEmptyLines(value), ",")
	case "config":
		in.config = value
	case "advisories":
		in.advisories = value
	case "sarif":
		in.sarif = value
	case "token":
		in.token = value
	}
	return err
}

func nonEmptyLines(text string) []string {
	var out []string
	for l := range strings.Lines(text) {
		if l = strings.TrimSpace(l); l != "" {
			out = append(out, l)
		}
	}
	return out
}

// parseBoolean reads what YAML 1.2's core schema calls a boolean, as GitHub's
// own actions do.
func parseBoolean(text string) (bool, error) {
	switch text {
	case "true", "True", "TRUE":
		return true, nil
	case "", "false", "False", "FALSE":
		return false, nil
	}
	return false, fmt.Errorf("%q is neither true nor false", text)
}
