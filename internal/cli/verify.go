package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tidewaiter/tidewaiter/internal/gate"
	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
	"github.com/tidewaiter/tidewaiter/internal/policy"
	"github.com/tidewaiter/tidewaiter/internal/sign"
)

const verifyLong = `verify resolves IMAGE once and accepts it only if it carries a valid signature of
that digest by the given key. On success it prints registry/repository@sha256:…,
which is what a deployment should name. Of an index every platform must bear the
same.

  tidewaiter verify ghcr.io/acme/app:1.2 --key cosign.pub
  tidewaiter verify ghcr.io/acme/app:1.2 --key cosign.pub --max-age 90d --policy-digest sha256:…

What check --sign has signed bears its verdict as well: by which policy, with
advisory data of which date, with which waivers. Where there is one it must be a
pass, and none of its waivers may have ended since. --verdict demands one, and so
do --policy-digest, --max-age and --max-data-age.

Real cosign accepts the same: cosign verify --key cosign.pub --insecure-ignore-tlog=true IMAGE
(key signing uses no transparency log).

Exit codes: 0 accepted, 1 refused, 2 wrong flag, 3 registry or key not usable.`

// verifyOptions are the flags of verify.
type verifyOptions struct {
	key                string
	verdict            bool
	policies, types    []string
	maxAge, maxDataAge string
}

func newVerify(env Env) *cobra.Command {
	var o verifyOptions
	c := &cobra.Command{
		Use: "verify IMAGE", Short: "Accept an image only if it was signed, and judged as demanded", Long: verifyLong,
		Args: arguments(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			trust, demands, err := o.parse(env)
			if err != nil {
				return err
			}
			if gate.IsLocal(args[0]) {
				return &gate.UsageError{Reason: args[0] + ": signatures are kept in a registry: name registry/repository@sha256:… or a tag"}
			}
			result, err := sign.Verify(c.Context(), env.registry(), args[0], trust, demands)
			if err != nil {
				return err
			}
			fmt.Fprintln(env.Stdout, result.Reference)
			return nil
		},
	}
	f := c.Flags()
	f.StringVar(&o.key, "key", "", "public key: a PEM `FILE` as cosign generate-key-pair writes it, or env://VARIABLE")
	f.BoolVar(&o.verdict, "verdict", false, "demand a passing verdict of tidewaiter")
	f.StringArrayVar(&o.policies, "policy-digest", nil, "demand a verdict by the policy of this `DIGEST`; repeatable, one of them must fit")
	f.StringVar(&o.maxAge, "max-age", "", "demand a verdict no older than `AGE`: 90d, or 36h")
	f.StringVar(&o.maxDataAge, "max-data-age", "", "demand a verdict by advisory data that is no older than `AGE` today")
	f.StringArrayVar(&o.types, "type", nil, "demand a signed statement of this predicate `TYPE`: verdict, vulns, cyclonedx, spdx, or a URI; repeatable")
	return c
}

var digestForm = lazyregexp.New(`^sha256:[0-9a-f]{64}$`)

// parse reads the flags before anything is asked of a registry.
func (o verifyOptions) parse(env Env) (sign.Trust, sign.Demands, error) {
	d := sign.Demands{Now: env.Now(), Verdict: o.verdict}
	if o.key == "" {
		return nil, d, &flagError{fmt.Errorf("name the public key: --key cosign.pub")}
	}
	for _, p := range o.policies {
		if !digestForm.MatchString(p) {
			return nil, d, &flagError{fmt.Errorf("--policy-digest %s: expected sha256: and 64 digits, as data.policy.digest of check --format json", p)}
		}
		d.Policies = append(d.Policies, p)
	}
	for _, t := range o.types {
		uri, err := predicateType(t)
		if err != nil {
			return nil, d, err
		}
		d.Types = append(d.Types, uri)
	}
	var age policy.Age
	for flag, word := range map[string]string{"max-age": o.maxAge, "max-data-age": o.maxDataAge} {
		if word == "" {
			continue
		}
		if err := age.UnmarshalText([]byte(word)); err != nil {
			return nil, d, &flagError{fmt.Errorf("--%s: %w", flag, err)}
		}
		if flag == "max-age" {
			d.MaxAge = age.Duration()
		} else {
			d.MaxDataAge = age.Duration()
		}
	}
	key, err := sign.LoadPublicKey(o.key, env.Getenv)
	return key, d, err
}

// predicateType returns the URI of a short name.
func predicateType(word string) (string, error) {
	short := map[string]string{"verdict": sign.VerdictType, "vulns": sign.VulnsType, "cyclonedx": sign.CycloneDXType, "spdx": sign.SPDXType, "signature": sign.PredicateType}
	if uri, ok := short[word]; ok {
		return uri, nil
	}
	if strings.Contains(word, "://") {
		return word, nil
	}
	names := make([]string, 0, len(short))
	for n := range short {
		names = append(names, n)
	}
	slices.Sort(names)
	return "", &flagError{fmt.Errorf("--type %s is none of %s, and no URI", word, strings.Join(names, ", "))}
}
