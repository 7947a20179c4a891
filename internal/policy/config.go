package policy

import (
	"time"

	"github.com/tidewaiter/tidewaiter/internal/source"
)

// Config is tidewaiter.yaml: strict, so an unknown key is an error with its line
// and the nearest name. The zero value is the default policy.
type Config struct {
	// Version is 1.
	Version int `yaml:"version"`
	// FailOn is the lowest severity that blocks, or "never"; default high.
	FailOn string `yaml:"fail-on"`
	// Profile is default, strict, tidy or all.
	Profile string `yaml:"profile"`
	// Rules changes single rules, by name, ID or alias.
	Rules map[string]RuleConfig `yaml:"rules"`
	Paths Paths                 `yaml:"paths"`
	// Images says which Dockerfile built which image.
	Images []ImageConfig `yaml:"images"`
	// KubernetesVersions are the target clusters' versions ("1.36").
	KubernetesVersions []string         `yaml:"kubernetes-versions"`
	Advisories         AdvisoriesConfig `yaml:"advisories"`
	Sign               SignConfig       `yaml:"sign"`
	Waivers            []WaiverConfig   `yaml:"waivers"`
}

// Paths leaves parts of the repository out.
type Paths struct {
	// Exclude are globs; "**" stands for any number of folders.
	Exclude []string `yaml:"exclude"`
}

// ImageConfig says which Dockerfile and target built an image.
type ImageConfig struct {
	Ref        string `yaml:"ref"`
	Dockerfile string `yaml:"dockerfile"`
	Target     string `yaml:"target"`
}

// AdvisoriesConfig says where vulnerability data comes from.
type AdvisoriesConfig struct {
	Source string `yaml:"source"`
	// MaxAge is how old the data may be ("5d"); Date replaces the data's own date
	// where it has none (YYYY-MM-DD).
	MaxAge string    `yaml:"max-age"`
	Date   time.Time `yaml:"date"`
}

// SignConfig says how and as whom images are signed.
type SignConfig struct {
	Log      string `yaml:"log"`
	Identity string `yaml:"identity"`
	Issuer   string `yaml:"issuer"`
}

// WaiverConfig is one accepted finding; reason and expires are mandatory.
type WaiverConfig struct {
	Rule    string `yaml:"rule"`
	Path    string `yaml:"path"`
	Subject string `yaml:"subject"`
	Key     string `yaml:"key"`
	Reason  string `yaml:"reason"`
	Owner   string `yaml:"owner"`
	// Expires is the last day on which it counts.
	Expires time.Time `yaml:"expires"`

	at source.Span
}

// DecodedAt takes the entry's place, for messages and findings.
func (w *WaiverConfig) DecodedAt(at source.Span) { w.at = at }

// RuleConfig changes one rule: "off", "on", a severity, or all of it.
type RuleConfig struct {
	// Level is "off", "on", "" or a severity.
	Level    string
	Settings map[string]any

	at source.Span
}

// DecodedAt takes the entry's place, for messages.
func (c *RuleConfig) DecodedAt(at source.Span) { c.at = at }

// UnmarshalYAML reads both forms: a word, or {severity, settings}.
func (c *RuleConfig) UnmarshalYAML(unmarshal func(any) error) error {
	if unmarshal(&c.Level) == nil {
		return nil
	}
	var long struct {
		Severity string         `yaml:"severity"`
		Settings map[string]any `yaml:"settings"`
	}
	if err := unmarshal(&long); err != nil {
		return err
	}
	c.Level, c.Settings = long.Severity, long.Settings
	return nil
}
