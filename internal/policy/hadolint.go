package policy

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
	"github.com/tidewaiter/tidewaiter/internal/yamldoc"
)

// HadolintPaths are where hadolint's configuration is looked for, in order.
func HadolintPaths() []string { return []string{".hadolint.yaml", ".hadolint.yml"} }

// Hadolint is a repository's configuration of hadolint in this policy's terms,
// so that a repository can move without rewriting it. It speaks only of findings
// that hadolint has too, and tidewaiter.yaml stands above it. The zero value says
// nothing. https://github.com/hadolint/hadolint#configure has the format.
type Hadolint struct {
	// File is the file read, nil where there is none.
	File *source.File
	// Ignores are the ignored checks, for all files.
	Ignores []source.Ignore
	// Severities are the overridden ones by alias, "hadolint:DL3008".
	Severities map[string]rule.Severity
	// FailOn is the failure threshold: Unset where the file names none. Never is
	// true where nothing that hadolint finds may fail the run.
	FailOn rule.Severity
	Never  bool
	// Registries are the trusted ones; Labels the label schema as "name:type";
	// StrictLabels refuses labels outside of it.
	Registries, Labels []string
	StrictLabels       bool
	// NoComments is true where ignore comments of hadolint must not count.
	NoComments bool
	// Problems are the lines that could not be understood; the rest counts.
	Problems []source.NotAnalysed
}

// hadolintFile is the format of the file. What only shapes hadolint's own output
// is read and has no effect.
type hadolintFile struct {
	Ignored             []hadolintCode      `yaml:"ignored"`
	Override            map[string][]string `yaml:"override"`
	TrustedRegistries   stringOrList        `yaml:"trustedRegistries"`
	LabelSchema         map[string]string   `yaml:"label-schema"`
	StrictLabels        bool                `yaml:"strict-labels"`
	FailureThreshold    string              `yaml:"failure-threshold"`
	NoFail              bool                `yaml:"no-fail"`
	DisableIgnorePragma bool                `yaml:"disable-ignore-pragma"`
	Format              string              `yaml:"format"`
	NoColor             bool                `yaml:"no-color"`
}

// hadolintCode is one ignored check and where it stands.
type hadolintCode struct {
	code string
	at   source.Span
}

// UnmarshalYAML reads the code.
func (c *hadolintCode) UnmarshalYAML(unmarshal func(any) error) error { return unmarshal(&c.code) }

// DecodedAt takes the entry's place: its comment gives the reason.
func (c *hadolintCode) DecodedAt(at source.Span) { c.at = at }

// stringOrList is one word or several.
type stringOrList []string

// UnmarshalYAML reads both forms.
func (s *stringOrList) UnmarshalYAML(unmarshal func(any) error) error {
	var one string
	if unmarshal(&one) == nil {
		*s = stringOrList{one}
		return nil
	}
	return unmarshal((*[]string)(s))
}

// FindHadolint reads the repository's configuration of hadolint. One that cannot
// be read, or a line of it that is not understood, is a problem of the result and
// loosens nothing.
func FindHadolint(repo *source.Repo) Hadolint {
	for _, p := range HadolintPaths() {
		f, err := repo.Read(p)
		switch {
		case err == nil:
			return ParseHadolint(f)
		case !errors.Is(err, fs.ErrNotExist):
			h := Hadolint{}
			h.problem(source.Span{}, p, "cannot be read, so nothing in it counts: "+source.Reason(err))
			return h
		}
	}
	return Hadolint{}
}

// ParseHadolint reads a configuration of hadolint.
func ParseHadolint(f *source.File) Hadolint {
	h := Hadolint{File: f}
	if _, err := yamldoc.Parse(f); err != nil {
		for _, e := range yamldoc.Errors(err) {
			h.problem(e.At, f.Path, e.Reason+" (nothing in this file counts)")
		}
		return h
	}
	var in hadolintFile
	for _, e := range yamldoc.Errors(yamldoc.Decode(f, &in)) {
		h.problem(e.At, f.Path, e.Reason+" (it has no effect, the rest of the file counts)")
	}
	for _, c := range in.Ignored {
		if c.code == "" || len(h.Ignores) >= source.MaxIgnores {
			continue
		}
		h.Ignores = append(h.Ignores, source.Ignore{At: c.at, Files: "**", Foreign: "hadolint", Rules: []string{hadolintAlias(c.code)}, Reason: comment(c.at)})
	}
	h.severities(in.Override)
	h.threshold(in)
	h.Registries, h.StrictLabels, h.NoComments = in.TrustedRegistries, in.StrictLabels, in.DisableIgnorePragma
	for _, name := range sortedKeys(in.LabelSchema) {
		h.Labels = append(h.Labels, name+":"+in.LabelSchema[name])
	}
	return h
}

func (h *Hadolint) problem(at source.Span, path, reason string) {
	h.Problems = append(h.Problems, source.NotAnalysed{Path: path, Line: at.Start.Line, At: at, Reason: reason, Concern: source.ConcernRepository})
}

// hadolintAlias is how rules name a check of hadolint.
func hadolintAlias(code string) string { return "hadolint:" + strings.ToUpper(strings.TrimSpace(code)) }

// comment returns the comment behind a value, on its line.
func comment(at source.Span) string {
	if !at.Valid() {
		return ""
	}
	line := at.File.Line(at.End.Line)
	if at.End.Column-1 > len(line) {
		return ""
	}
	_, text, _ := strings.Cut(line[at.End.Column-1:], "#")
	return strings.TrimSpace(text)
}

// hadolintLevel is a severity of hadolint on our scale.
func hadolintLevel(word string) (rule.Severity, bool) {
	s, ok := map[string]rule.Severity{"error": rule.High, "warning": rule.Medium, "info": rule.Low, "style": rule.Info}[word]
	return s, ok
}

func (h *Hadolint) severities(override map[string][]string) {
	h.Severities = map[string]rule.Severity{}
	for _, word := range sortedKeys(override) {
		s, ok := hadolintLevel(word)
		if !ok {
			h.problem(h.File.Span(0, 0), h.File.Path, fmt.Sprintf("override %q is none of error, warning, info, style (it has no effect, the rest of the file counts)", word))
			continue
		}
		for _, code := range override[word] {
			h.Severities[hadolintAlias(code)] = s
		}
	}
}

func (h *Hadolint) threshold(in hadolintFile) {
	s, known := hadolintLevel(in.FailureThreshold)
	switch word := in.FailureThreshold; {
	case in.NoFail || word == "none":
		h.Never = true
	case word == "ignore":
		h.FailOn = rule.Info
	case known:
		h.FailOn = s
	case word != "":
		h.problem(h.File.Span(0, 0), h.File.Path, fmt.Sprintf("failure-threshold %q is none of error, warning, info, style, ignore, none (it has no effect, the rest of the file counts)", word))
	}
}

// finds reports whether hadolint finds this too.
func finds(f rule.Finding) bool {
	return slices.ContainsFunc(f.SameAs(), func(a string) bool { return strings.HasPrefix(a, "hadolint:") })
}

// settings are what the file says to rules that ask for it, by alias.
func (h Hadolint) settings() map[string]map[string]any {
	out := map[string]map[string]any{}
	if len(h.Registries) > 0 {
		out["hadolint:DL3026"] = map[string]any{"allowed": h.Registries}
	}
	for _, alias := range []string{"hadolint:DL3049", "hadolint:DL3050"} {
		if len(h.Labels) > 0 {
			out[alias] = map[string]any{"schema": h.Labels, "strict": h.StrictLabels}
		}
	}
	return out
}

// adopt switches the rules on that the file configures, and hands them what it
// says. What tidewaiter.yaml says of a rule comes later and stands above it.
func (p *Policy) adopt(all []rule.Rule, on map[string]bool) map[string]rule.Configured {
	configured, given := map[string]rule.Configured{}, p.Hadolint.settings()
	for i := range all {
		c := rule.Configured{Settings: map[string]any{}, ByAlias: map[string]rule.Severity{}}
		for _, alias := range all[i].Aliases {
			if s, ok := p.Hadolint.Severities[alias]; ok {
				on[all[i].ID] = true
				c.ByAlias[alias] = s
			}
			for _, s := range all[i].Settings {
				if value, ok := given[alias][s.Name]; ok {
					on[all[i].ID] = true
					c.Settings[s.Name] = value
				}
			}
		}
		if len(c.ByAlias)+len(c.Settings) > 0 {
			configured[all[i].ID] = c
		}
	}
	return configured
}
