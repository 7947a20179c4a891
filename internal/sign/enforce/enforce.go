// Package enforce writes what makes a cluster demand the verdict: policies for
// Sigstore's policy controller, for Kyverno, and for the API server itself, from
// the policy that judged. It writes text and talks to nobody.
package enforce

import (
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"text/template"
	"time"
)

// Options say what is demanded of which images.
type Options struct {
	// Images are repositories, "ghcr.io/acme/app", or "ghcr.io/acme/*" for all below.
	Images []string
	// Key is a PEM public key; or else Identity and Issuer name who signs without one.
	Key, Identity, Issuer string
	// Policies are digests ("sha256:…") of which the verdict's policy must be one.
	Policies []string
	// MaxAge is how old a verdict may be.
	MaxAge time.Duration
	// Verifier is whose verdicts count, VerdictType their predicate type.
	Verifier, VerdictType string
	// Enforce refuses what does not comply, in place of telling.
	Enforce bool
	// Levels are the Pod Security Standards of namespaces: privileged, baseline or restricted.
	Levels map[string]string
}

//go:embed templates
var templates embed.FS

// Kinds returns the names of what can be written, sorted.
func Kinds() []string {
	return []string{"admission", "kyverno", "kyverno-images", "namespaces", "policy-controller"}
}

// Write writes one kind as YAML documents.
func Write(w io.Writer, kind string, o Options) error {
	if !slices.Contains(Kinds(), kind) {
		return fmt.Errorf("unknown kind %q: one of %s", kind, strings.Join(Kinds(), ", "))
	}
	t, err := template.New(kind+".yaml").Funcs(template.FuncMap{"q": quote, "indent": indent}).ParseFS(templates, "templates/"+kind+".yaml")
	if err != nil {
		return err
	}
	return t.Execute(w, o)
}

// quote writes a string as YAML, in JSON's form.
func quote(s string) (string, error) {
	b, err := json.Marshal(s)
	return string(b), err
}

func indent(n int, s string) string {
	return strings.ReplaceAll(strings.TrimSpace(s), "\n", "\n"+strings.Repeat(" ", n))
}

// Seconds is MaxAge in seconds, Hours in hours.
func (o Options) Seconds() int64 { return int64(o.MaxAge.Seconds()) }

// Hours is MaxAge in full hours, rounded down.
func (o Options) Hours() int64 { return int64(o.MaxAge.Hours()) }

// Hex are the digests of the policies without their algorithm.
func (o Options) Hex() []string {
	var out []string
	for _, p := range o.Policies {
		out = append(out, strings.TrimPrefix(p, "sha256:"))
	}
	return out
}

// HexList is Hex as a list that Rego, CEL and YAML read alike.
func (o Options) HexList() (string, error) {
	b, err := json.Marshal(o.Hex())
	return string(b), err
}

// Globs are the images with what follows their name.
func (o Options) Globs() []string {
	var out []string
	for _, i := range o.Images {
		if !strings.HasSuffix(i, "*") {
			i += "*"
		}
		out = append(out, i)
	}
	return out
}

// Pattern is an anchored expression for the images, by digest.
func (o Options) Pattern() string {
	var names []string
	for _, i := range o.Images {
		names = append(names, strings.ReplaceAll(regexp.QuoteMeta(i), `\*`, `[^@:]+`))
	}
	return "^(" + strings.Join(names, "|") + ")(:[^@]+)?@sha256:[0-9a-f]{64}$"
}

// Namespaces are those of Levels, sorted.
func (o Options) Namespaces() []string {
	var out []string
	for n := range o.Levels {
		out = append(out, n)
	}
	slices.Sort(out)
	return out
}
