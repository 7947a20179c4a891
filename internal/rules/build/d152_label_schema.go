package build

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

// The checks of hadolint for labels that do not speak of one form.
const (
	missingLabel     = "hadolint:DL3049"
	superfluousLabel = "hadolint:DL3050"
	emptyLabel       = "hadolint:DL3051"
)

var labelSchema = rule.Rule{
	ID:       "TW-D152",
	Name:     "label-schema",
	Title:    "Labels do not follow the schema of the policy",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Labels say whose an image is, from which commit it was built and under which licence, to everyone who holds only the image. One that is missing or that no program can read says nothing in the very hour it is needed. Silent until `schema` is set.",
	Fix:      "Give the last stage every label of the schema, with a value of the form that the schema names.",
	Refs:     refs(practice, "M31", practice, "M68", practice, "M89"),
	Aliases: []string{
		missingLabel, superfluousLabel, emptyLabel, "hadolint:DL3052", "hadolint:DL3053", "hadolint:DL3054", "hadolint:DL3055", "hadolint:DL3056", "hadolint:DL3058",
	},
	Settings: []rule.Setting{
		{Name: "schema", Default: []string{}, Doc: "Labels that images must have, as `key:form`; forms are `text`, `url`, `rfc3339`, `spdx`, `hash`, `semver` and `email`. Empty asks for none."},
		{Name: "strict", Default: false, Doc: "Whether labels outside of the schema are findings."},
	},
	Bad: []string{`
-- settings --
schema: owner:email version:semver created:rfc3339 docs:url revision:hash licence:spdx note team:text colour:hex
strict: true
-- Dockerfile --
ARG VERSION=du-jour
FROM golang:1.26 AS build
LABEL stray=x
#     ^^^^^ label stray is not in the schema
FROM debian:12
#    ^^^^^^^^^ label colour is missing
#    ^^^^^^^^^ the schema's form hex for label colour is unknown: take text, url, rfc3339, spdx, hash, semver or email
ARG VERSION
LABEL owner="ann at example.com" version=$VERSION created=2026-11-01 docs=example.com
#           ^^^^^^^^^^^^^^^^^^^^ label owner is no e-mail address: ann at example.com
#                                        ^^^^^^^^ label version is no semantic version: du-jour
#                                                         ^^^^^^^^^^ label created is no time as RFC 3339 has it: 2026-11-01
#                                                                         ^^^^^^^^^^^ label docs is no URL: example.com
LABEL revision=abc licence="GPL" note="" team=$TEAM
#              ^^^ label revision is no Git hash: abc
#                          ^^^^^ label licence is no SPDX licence expression: GPL
#                                     ^^ label note is empty
`},
	Good: []string{`
-- settings --
schema: owner:email version:semver created:rfc3339 docs:url revision:hash licence:spdx
-- Dockerfile --
FROM debian:12 AS base
LABEL owner=ann@example.com version=1.2.3-rc.1+b created=2026-11-01T12:00:00Z
FROM base
LABEL docs=https://example.com/x?y=z revision=0123abc licence="Apache-2.0 OR (MIT AND GPL-2.0-only WITH Classpath-exception-2.0)" more=x
`, `
-- Dockerfile --
FROM debian:12
LABEL licence=""
`},
	Check: rule.EachDockerfile(checkLabels),
}

// wantedLabel is one entry of the schema.
type wantedLabel struct {
	key  string
	form labelForm
}

func checkLabels(p *rule.Pass, f *dockerfile.File) {
	strict := p.Bool("strict")
	if len(p.Strings("schema")) == 0 && !strict {
		return
	}
	schema := readSchema(p, f)
	for in := range f.Instructions() {
		if in.Keyword != "LABEL" {
			continue
		}
		for _, pair := range in.Pairs {
			i := slices.IndexFunc(schema, func(w wantedLabel) bool { return w.key == pair.Key.Value })
			switch {
			case i >= 0:
				checkLabelValue(p, in, pair, schema[i])
			case strict:
				label(p, in.Stage, pair.Key, fmt.Sprintf("label %s is not in the schema", pair.Key.Value), rule.Low, superfluousLabel)
			}
		}
	}
	for _, s := range f.Stages {
		if !s.Implicit && (s.Last || s.Name == "" && s.Role == dockerfile.RoleUnused) { // what may be built for its own sake
			missingLabels(p, s, schema)
		}
	}
}

// readSchema reads the setting; a form that it does not know is a finding on the
// file's last stage.
func readSchema(p *rule.Pass, f *dockerfile.File) []wantedLabel {
	var out []wantedLabel
	for _, entry := range p.Strings("schema") {
		key, form := entry, ""
		if i := strings.LastIndexByte(entry, ':'); i >= 0 {
			key, form = entry[:i], entry[i+1:]
		}
		known, ok := labelForms(form)
		if !ok {
			known, _ = labelForms("text")
			last := f.Stages[len(f.Stages)-1]
			label(p, last, dockerfile.Word{At: last.Base.At, Value: key},
				fmt.Sprintf("the schema's form %s for label %s is unknown: take text, url, rfc3339, spdx, hash, semver or email", form, key), rule.Medium)
		}
		out = append(out, wantedLabel{key, known})
	}
	return out
}

func checkLabelValue(p *rule.Pass, in *dockerfile.Instruction, pair dockerfile.Pair, want wantedLabel) {
	value := pair.Value
	switch {
	case value.Value == "" && want.form.alias == "":
		label(p, in.Stage, value, fmt.Sprintf("label %s is empty", want.key), rule.Medium, emptyLabel)
	case value.Value == "":
		label(p, in.Stage, value, fmt.Sprintf("label %s is empty", want.key), rule.Medium, emptyLabel, want.form.alias)
	case strings.Contains(value.Value, "$") && want.form.alias != "": // the schema's text allows it
		label(p, in.Stage, value, fmt.Sprintf("label %s cannot be told to be a %s: %s", want.key, want.form.what, value.Value), rule.Info, want.form.alias)
	case !want.form.holds(value.Value):
		label(p, in.Stage, value, fmt.Sprintf("label %s is no %s: %s", want.key, want.form.what, value.Value), rule.Medium, want.form.alias)
	}
}

func missingLabels(p *rule.Pass, s *dockerfile.Stage, schema []wantedLabel) {
	have, all := labelled(s)
	for _, w := range schema {
		if !have[w.key] && all {
			label(p, s, dockerfile.Word{At: s.Base.At, Value: w.key}, fmt.Sprintf("label %s is missing", w.key), rule.Medium, missingLabel)
		}
	}
}

func label(p *rule.Pass, s *dockerfile.Stage, word dockerfile.Word, message string, severity rule.Severity, same ...string) {
	p.Report(rule.Finding{
		Severity: stageSeverity(severity, s),
		Message:  message,
		At:       word.At,
		Subject:  stageSubject(s),
		Key:      message,
		Aliases:  append([]string{}, same...),
		Fix:      &rule.Fix{Title: "follow the schema of the policy"},
	})
}
