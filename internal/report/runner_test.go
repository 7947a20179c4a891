package report

import (
	"strings"
	"unicode"
)

// command is a workflow command as the runner understands it.
type command struct {
	name, data string
	properties map[string]string
}

// registered reports whether the runner knows a command; names are compared
// without regard to case.
func registered(name string) bool {
	for _, known := range []string{
		"add-mask", "add-matcher", "add-path", "debug", "echo", "endgroup", "error", "group", "internal-set-repo-path",
		"notice", "remove-matcher", "save-state", "set-env", "set-output", "stop-commands", "warning",
	} {
		if strings.EqualFold(name, known) {
			return true
		}
	}
	return false
}

// runnerCommands reads a log as the runner does: every line, ended by a line
// feed or a carriage return, first for "::name …::data" after white space, then
// for "##[name …]data" anywhere. The runner compares by the rules of a culture,
// which skip characters that nobody sees, so they are taken out first. After
// ActionCommand.cs of actions/runner.
func runnerCommands(log string) []command {
	var out []command
	for _, l := range strings.FieldsFunc(log, func(r rune) bool { return r == '\n' || r == '\r' }) {
		l = strings.Map(func(r rune) rune {
			if unicode.In(r, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) || unicode.IsControl(r) && !unicode.IsSpace(r) {
				return -1
			}
			return r
		}, l)
		if c, ok := parseNew(l); ok {
			out = append(out, c)
		} else if c, ok := parseOld(l); ok {
			out = append(out, c)
		}
	}
	return out
}

func parseNew(l string) (command, bool) {
	l, ok := strings.CutPrefix(strings.TrimLeftFunc(l, unicode.IsSpace), "::")
	if !ok {
		return command{}, false
	}
	info, data, ok := strings.Cut(l, "::")
	if !ok {
		return command{}, false
	}
	return parseInfo(info, data, ",", strings.NewReplacer("%0D", "\r", "%0A", "\n", "%3A", ":", "%2C", ",", "%25", "%"),
		strings.NewReplacer("%0D", "\r", "%0A", "\n", "%25", "%"))
}

func parseOld(l string) (command, bool) {
	_, l, ok := strings.Cut(l, "##[")
	if !ok {
		return command{}, false
	}
	info, data, ok := strings.Cut(l, "]")
	if !ok {
		return command{}, false
	}
	unescape := strings.NewReplacer("%3B", ";", "%0D", "\r", "%0A", "\n", "%5D", "]", "%25", "%")
	return parseInfo(info, data, ";", unescape, unescape)
}

func parseInfo(info, data, separator string, property, value *strings.Replacer) (command, bool) {
	name, rest, _ := strings.Cut(info, " ")
	if !registered(name) {
		return command{}, false
	}
	c := command{name: name, data: value.Replace(data), properties: map[string]string{}}
	for _, p := range strings.Split(strings.TrimSpace(rest), separator) {
		if k, v, ok := strings.Cut(p, "="); ok && k != "" && v != "" {
			c.properties[k] = property.Replace(v)
		}
	}
	return c, true
}
