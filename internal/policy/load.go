package policy

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/registry"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
	"github.com/tidewaiter/tidewaiter/internal/spelling"
	"github.com/tidewaiter/tidewaiter/internal/yamldoc"
)

// DefaultPaths are where a repository's configuration is looked for, in order.
func DefaultPaths() []string { return []string{"tidewaiter.yaml", ".github/tidewaiter.yaml"} }

// ConfigError is a configuration that cannot be used; every line of it names
// file, line and the nearest valid word.
type ConfigError struct{ Err error }

// Error returns the mistakes, one a line.
func (e *ConfigError) Error() string { return e.Err.Error() }

// Unwrap returns the mistakes.
func (e *ConfigError) Unwrap() error { return e.Err }

// Find reads the repository's configuration, or returns nil where it has none.
func Find(repo *source.Repo) (*source.File, error) {
	for _, p := range DefaultPaths() {
		f, err := repo.Read(p)
		if err == nil {
			return f, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return nil, &ConfigError{fmt.Errorf("read %s: %w", p, err)}
		}
	}
	return nil, nil
}

// Parse reads a configuration file strictly; a nil file is the empty
// configuration.
func Parse(f *source.File) (Config, error) {
	c := Config{Version: 1}
	if f == nil {
		return c, nil
	}
	if err := yamldoc.Decode(f, &c); err != nil {
		return c, &ConfigError{err}
	}
	if c.Version != 1 {
		return c, &ConfigError{fmt.Errorf("%s: version %d is not known; this version of tidewaiter reads version 1", f.Path, c.Version)}
	}
	for ref := range c.Bases {
		if registry.Canonical(ref) == "" {
			return c, &ConfigError{fmt.Errorf("%s: bases: %q is not an image reference", f.Path, ref)}
		}
	}
	for i := range c.Images {
		if err := c.Images[i].checkContext(); err != nil {
			return c, &ConfigError{err}
		}
		if at := &c.Images[i]; at.Context != "" {
			at.Context = cleanPath(at.Context)
		}
	}
	if log := c.Sign.Log; log != "" && log != "auto" && log != LogPublic {
		return c, &ConfigError{fmt.Errorf("%s: sign.log: %q is neither auto (public logs for a public repository alone) nor public (for this one too)", f.Path, log)}
	}
	return c, nil
}

// Overrides are the command line's words, which stand above the file.
type Overrides struct {
	// FailOn is "" or a severity or "never"; Rules is "" or a profile or a list
	// of rule names, IDs or aliases.
	FailOn, Rules string
}

// Policy is a configuration compiled against the known rules.
type Policy struct {
	Config Config
	// Hadolint is what the repository's configuration of hadolint adds.
	Hadolint Hadolint
	// Rules are those that run, with their settings.
	Rules []rule.Configured
	// FailOn is the lowest severity that blocks; Never is true where none does.
	FailOn rule.Severity
	Never  bool
	// stated is true where a flag or tidewaiter.yaml says what blocks.
	stated bool
	// Waivers are those of the file.
	Waivers []source.Waiver
	// Baseline are the findings that were accepted when the gate came.
	Baseline Baseline
	// Admission are the documents of the files of admission policies and rules that
	// the user names.
	Admission []*manifest.Object
	// Targets are the releases of Kubernetes that the file names.
	Targets []source.Target
	// Digest is "sha256:…" over what the files and the overrides say, waivers apart.
	Digest string
	// Path is the configuration file, "" for none.
	Path string
}

// Compile checks a configuration against the rules and returns the policy. A
// configuration of hadolint stands below the file.
func Compile(f *source.File, c Config, h Hadolint, o Overrides, all []rule.Rule) (*Policy, error) {
	p := &Policy{Config: c, Hadolint: h, Targets: c.Targets(f), Digest: digest(o, c, h.File)}
	if f != nil {
		p.Path = f.Path
	}
	var errs []error
	errs = append(errs, p.failOn(o.FailOn), p.selectRules(o.Rules, all), p.waivers(all))
	if err := errors.Join(errs...); err != nil {
		return nil, &ConfigError{err}
	}
	return p, nil
}

// Runs reports whether the rule with an ID is among those that run.
func (p *Policy) Runs(id string) bool {
	return slices.ContainsFunc(p.Rules, func(c rule.Configured) bool { return c.Rule.ID == id })
}

// Skip reports whether a path is left out by paths.exclude.
func (p *Policy) Skip(path string) bool {
	for _, g := range p.Config.Paths.Exclude {
		if source.MatchGlob(g, path) {
			return true
		}
	}
	return false
}

func (p *Policy) failOn(flag string) error {
	word := flag
	if word == "" {
		word = p.Config.FailOn
	}
	p.stated = word != ""
	switch word {
	case "":
		p.FailOn = rule.High
	case "never":
		p.Never = true
	default:
		s, err := rule.ParseSeverity(word)
		if err != nil {
			return fmt.Errorf("fail-on: %w, or never", err)
		}
		p.FailOn = s
	}
	return nil
}

func (p *Policy) waivers(all []rule.Rule) error {
	var errs []error
	for i, w := range p.Config.Waivers {
		if i == MaxWaivers {
			return at(w.at, fmt.Sprintf("more than the limit of %d waivers; waive by path or rule what they have in common", MaxWaivers))
		}
		switch {
		case strings.TrimSpace(w.Reason) == "":
			errs = append(errs, at(w.at, `waiver without a reason; add reason: "why this is accepted"`))
		case w.Expires.IsZero():
			errs = append(errs, at(w.at, "waiver without an end; add expires: YYYY-MM-DD, its last day"))
		case w.Rule == "" && w.Path == "" && w.Subject == "" && w.Key == "":
			errs = append(errs, at(w.at, "waiver that would match every finding; name rule, path, subject or key"))
		case w.Rule != "" && find(all, w.Rule) == nil:
			errs = append(errs, at(w.at, fmt.Sprintf("waiver of unknown rule %q%s; tidewaiter rules lists all", w.Rule, spelling.Suggest(w.Rule, names(all)))))
		}
		p.Waivers = append(p.Waivers, source.Waiver{At: w.at.FirstLine(), Rule: w.Rule, Path: w.Path, Subject: w.Subject, Key: w.Key,
			Reason: w.Reason, Owner: w.Owner, Expires: w.Expires})
	}
	return errors.Join(errs...)
}

// at is an error at a place of the configuration.
func at(s source.Span, reason string) error { return &yamldoc.Error{At: s.FirstLine(), Reason: reason} }
