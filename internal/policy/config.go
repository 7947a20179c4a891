package policy

import (
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/tidewaiter/tidewaiter/internal/source"
)

// Config is what a tidewaiter.yaml says. Reading is strict: an unknown key is an
// error with its line and the nearest name. The zero value is the default policy.
type Config struct {
	// Version is the version of this format: 1.
	Version int `yaml:"version"`
	// FailOn is the lowest severity that blocks, or "never"; default high.
	FailOn string `yaml:"fail-on"`
	// Profile is the set of rules to run: default, strict (and what is seldom an
	// error), tidy (and style) or all.
	Profile string `yaml:"profile"`
	// Rules changes single rules, by name, ID or another tool's name: off, on, a
	// severity, or {severity, settings}.
	Rules map[string]RuleConfig `yaml:"rules"`
	// Paths leaves parts of the repository out.
	Paths Paths `yaml:"paths"`
	// Images says which Dockerfile built which image.
	Images []ImageConfig `yaml:"images"`
	// Bases names layouts and archives of base images, by the reference they answer
	// for: {"ghcr.io/acme/base:1": "oci:build/base"}. A reference without tag answers
	// for all of the repository. The paths are inside the repository.
	Bases map[string]Layout `yaml:"bases"`
	// Registries are hosts that may be asked for the configuration of base images,
	// besides well-known public ones; Docker's logins are used for them alone. A host
	// with a private address is never asked.
	Registries []Host `yaml:"registries"`
	// KubernetesVersions are the target clusters' versions ("1.36"); default those
	// of the rule removed-api.
	KubernetesVersions []string `yaml:"kubernetes-versions"`
	// Admission names admission policies and rules of your own, besides those that
	// stand among the manifests.
	Admission AdmissionConfig `yaml:"admission"`
	// Advisories says where vulnerability data comes from.
	Advisories AdvisoriesConfig `yaml:"advisories"`
	// Sign says how images are signed.
	Sign SignConfig `yaml:"sign"`
	// Waivers are accepted findings. One matches where all that it names match.
	Waivers []WaiverConfig `yaml:"waivers"`
}

// Paths leaves parts of the repository out.
type Paths struct {
	// Exclude are globs; "**" stands for any number of folders. What lies in .git,
	// node_modules, vendor and .terraform is never looked at.
	Exclude []string `yaml:"exclude"`
}

// ImageConfig says which Dockerfile and target built an image.
type ImageConfig struct {
	// Ref is the image's repository, "ghcr.io/acme/app"; tag and digest do not matter.
	Ref string `yaml:"ref"`
	// Dockerfile is the path of the file that built it.
	Dockerfile string `yaml:"dockerfile"`
	// Target is the stage that was built; default the last one.
	Target string `yaml:"target"`
	// Context is the folder that the Dockerfile is built with, relative to the
	// repository; default the one in which what it copies exists, else its own.
	Context string `yaml:"context"`

	at source.Span
}

// DecodedAt takes the entry's place, for messages.
func (c *ImageConfig) DecodedAt(at source.Span) { c.at = at }

// At is where the entry stands.
func (c *ImageConfig) At() source.Span { return c.at }

// checkContext refuses a context that is no folder of the repository, by its
// words; whether it exists is seen where the repository is at hand.
func (c *ImageConfig) checkContext() error {
	switch {
	case c.Context == "":
		return nil
	case c.Dockerfile == "":
		return fmt.Errorf("%s: images: context %q says nothing without the dockerfile that is built with it; name the dockerfile", c.at, c.Context)
	case !fs.ValidPath(cleanPath(c.Context)):
		return fmt.Errorf("%s: images: context %q is no folder inside the repository; write it relative to the repository's root, such as \".\" or \"app\"", c.at, c.Context)
	}
	return nil
}

// Contexts are the build contexts that the configuration names, by Dockerfile.
func (c *Config) Contexts() map[string]string {
	out := map[string]string{}
	for _, img := range c.Images {
		if img.Context != "" {
			out[cleanPath(img.Dockerfile)] = img.Context
		}
	}
	return out
}

func cleanPath(name string) string { return path.Clean(strings.ReplaceAll(name, `\`, "/")) }

// AdmissionConfig names files of policies.
type AdmissionConfig struct {
	// Policies are globs of files in the repository: admission policies, their
	// bindings and parameters, and rules of your own (kind: Rule). They hold for
	// everything that the repository renders, wherever they stand.
	Policies []string `yaml:"policies"`

	at source.Span
}

// DecodedAt takes the entry's place, for messages.
func (c *AdmissionConfig) DecodedAt(at source.Span) { c.at = at }

// At is where the entry stands.
func (c *AdmissionConfig) At() source.Span { return c.at }

// AdvisoriesConfig says where vulnerability data comes from.
type AdvisoriesConfig struct {
	// Source is a directory, a zip or a URL in OSV's layout; default OSV's public data.
	Source string `yaml:"source"`
	// MaxAge is how old the data may be before it counts as not analysed: "5d", or
	// a duration such as "36h"; default no limit.
	MaxAge Age `yaml:"max-age"`
	// Date is the data's date where the data itself has none (YYYY-MM-DD).
	Date time.Time `yaml:"date"`
}

// Age is a duration that may be written in days.
type Age time.Duration

// UnmarshalText reads "5d" or what time.ParseDuration reads.
func (a *Age) UnmarshalText(text []byte) error {
	word := string(text)
	if days, ok := strings.CutSuffix(word, "d"); ok {
		n, err := strconv.Atoi(days)
		if err != nil || n < 1 || n > 3650 {
			return fmt.Errorf("%q is no age: write days as 5d, or hours as 36h", word)
		}
		*a = Age(time.Duration(n) * 24 * time.Hour)
		return nil
	}
	d, err := time.ParseDuration(word)
	if err != nil || d <= 0 {
		return fmt.Errorf("%q is no age: write days as 5d, or hours as 36h", word)
	}
	*a = Age(d)
	return nil
}

// Duration returns the age as a duration.
func (a Age) Duration() time.Duration { return time.Duration(a) }

// SignConfig says how images are signed. Keys and services are never named here:
// they come from the operator's flags and environment.
type SignConfig struct {
	// Log says whether signing without a key may write into Sigstore's public logs:
	// "auto" (the default) for a public repository alone, "public" for any. Signing
	// with a key uses no log.
	Log string `yaml:"log"`
	// Refs are branches whose commits may be signed in a workflow although GitHub does
	// not protect them ("refs/heads/main"). Tags, releases and schedules always may.
	Refs []string `yaml:"refs"`
	// Identity is who signs without a key, the address of a workflow with its ref, and
	// Issuer who vouches for it: what "tidewaiter policy export" makes a cluster demand.
	Identity string `yaml:"identity"`
	Issuer   string `yaml:"issuer"`
}

// LogPublic lets a repository that is not public sign into public logs.
const LogPublic = "public"

// WaiverConfig is one accepted finding; reason and expires are mandatory.
type WaiverConfig struct {
	// Rule is a name, an ID or another tool's name for the same check.
	Rule string `yaml:"rule"`
	// Path is a glob over the finding's path; "**" stands for any number of folders.
	Path string `yaml:"path"`
	// Subject is an object ("Deployment/shop/web"), a package URL or a
	// vulnerability's ID, aliases included.
	Subject string `yaml:"subject"`
	// Key is a finding's key, as the JSON result shows it.
	Key string `yaml:"key"`
	// Reason says why the finding is accepted; mandatory.
	Reason string `yaml:"reason"`
	// Owner is whom to ask.
	Owner string `yaml:"owner"`
	// Expires is the last day on which it counts (YYYY-MM-DD); mandatory.
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
