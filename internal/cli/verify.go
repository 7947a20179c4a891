package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tidewaiter/tidewaiter/internal/gate"
	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
	"github.com/tidewaiter/tidewaiter/internal/policy"
	"github.com/tidewaiter/tidewaiter/internal/report"
	"github.com/tidewaiter/tidewaiter/internal/sign"
)

const verifyLong = `verify resolves IMAGE once and accepts it only if it carries a valid signature of
that digest, by a key or by an identity that signs without one. On success it prints registry/repository@sha256:…,
which is what a deployment should name. Of an index every platform must bear the
same.

  tidewaiter verify ghcr.io/acme/app:1.2 --key cosign.pub
  tidewaiter verify ghcr.io/acme/app:1.2 --key cosign.pub --max-age 90d --policy-digest sha256:…
  tidewaiter verify --deploy deploy/overlays/prod --key cosign.pub --max-age 90d
  tidewaiter verify ghcr.io/acme/app:1.2 --repository acme/app --workflow release.yml --ref refs/tags/v1.2

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
	deploy             string
	// who signed without a key
	identity, issuer, repository, workflow, ref, trustedRoot string
	offline                                                  bool
}

func newVerify(env Env) *cobra.Command {
	var o verifyOptions
	c := &cobra.Command{
		Use: "verify [IMAGE]", Short: "Accept an image only if it was signed, and judged as demanded", Long: verifyLong,
		Args: arguments(cobra.MaximumNArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			demands, err := o.demands(env)
			if err != nil {
				return err
			}
			if (o.deploy == "") == (len(args) == 0) {
				return &flagError{fmt.Errorf("name an image, or --deploy PATH for all that a kustomization would run; see %s --help", c.CommandPath())}
			}
			if len(args) == 1 && gate.IsLocal(args[0]) {
				return &gate.UsageError{Reason: args[0] + ": signatures are kept in a registry: name registry/repository@sha256:… or a tag"}
			}
			if o.deploy != "" {
				if args, err = deployedImages(c.Context(), o.deploy); err != nil {
					return err
				}
			}
			trust, err := o.trust(c.Context(), env)
			if err != nil {
				return err
			}
			return verifyAll(c.Context(), env, args, trust, demands)
		},
	}
	f := c.Flags()
	f.StringVar(&o.key, "key", "", "public key: a PEM `FILE` as cosign generate-key-pair writes it, or env://VARIABLE")
	f.StringVar(&o.repository, "repository", "", "signed without a key by a workflow for this GitHub repository, `OWNER/NAME`; * stands for letters")
	f.StringVar(&o.workflow, "workflow", "", "and that workflow is `FILE[@REF]`; of another repository OWNER/NAME/.github/workflows/FILE[@REF]")
	f.StringVar(&o.ref, "ref", "", "and it was for this `REF` of the repository: refs/tags/v1.2")
	f.StringVar(&o.identity, "identity", "", "signed without a key by exactly this `NAME` in the certificate")
	f.StringVar(&o.issuer, "issuer", "", "who vouches for the identity, a `URL` (default: GitHub, of $GITHUB_SERVER_URL)")
	f.StringVar(&o.trustedRoot, "trusted-root", "", "what vouches for certificates and logs, a trusted_root.json `FILE`; then nothing but the registry is asked")
	f.BoolVar(&o.offline, "offline", false, "ask nobody but the registry: without --trusted-root the built-in one counts")
	f.StringVar(&o.deploy, "deploy", "", "verify every image that the kustomization or the manifests in `PATH` would run")
	f.BoolVar(&o.verdict, "verdict", false, "demand a passing verdict of tidewaiter")
	f.StringArrayVar(&o.policies, "policy-digest", nil, "demand a verdict by the policy of this `DIGEST`; repeatable, one of them must fit")
	f.StringVar(&o.maxAge, "max-age", "", "demand a verdict no older than `AGE`: 90d, or 36h")
	f.StringVar(&o.maxDataAge, "max-data-age", "", "demand a verdict by advisory data that is no older than `AGE` today")
	f.StringArrayVar(&o.types, "type", nil, "demand a signed statement of this predicate `TYPE`: verdict, vulns, cyclonedx, spdx, or a URI; repeatable")
	return c
}

var digestForm = lazyregexp.New(`^sha256:[0-9a-f]{64}$`)

// trust says whose signature counts.
func (o verifyOptions) trust(ctx context.Context, env Env) (sign.Trust, error) {
	byName := o.identity != "" || o.repository != "" || o.workflow != "" || o.ref != "" || o.issuer != ""
	switch {
	case o.key == "" && !byName:
		return nil, &flagError{fmt.Errorf("name who must have signed: the public key, --key cosign.pub, or a workflow, --repository OWNER/NAME")}
	case o.key != "" && (byName || o.trustedRoot != ""):
		return nil, &flagError{fmt.Errorf("name either a key or an identity")}
	case o.key != "":
		return sign.LoadPublicKey(o.key, env.Getenv)
	}
	id, err := sign.NewIdentity(sign.IdentityOptions{Issuer: o.issuer, Identity: o.identity, Server: env.Getenv("GITHUB_SERVER_URL"),
		Repository: o.repository, Workflow: o.workflow, Ref: o.ref})
	if err != nil {
		return nil, &flagError{err}
	}
	material, err := env.material(ctx, o.trustedRoot, o.offline)
	if err != nil {
		return nil, err
	}
	if o.trustedRoot == "" {
		fmt.Fprintln(env.Stderr, "tidewaiter: trusted root: "+report.Message(material.Source))
	}
	return sign.NewKeeper(id, material)
}

// demands reads the flags before anything is asked of a registry.
func (o verifyOptions) demands(env Env) (sign.Demands, error) {
	d := sign.Demands{Now: env.Now(), Verdict: o.verdict}
	for _, p := range o.policies {
		if !digestForm.MatchString(p) {
			return d, &flagError{fmt.Errorf("--policy-digest %s: expected sha256: and 64 digits, as data.policy.digest of check --format json", p)}
		}
		d.Policies = append(d.Policies, p)
	}
	for _, t := range o.types {
		uri, err := predicateType(t)
		if err != nil {
			return d, err
		}
		d.Types = append(d.Types, uri)
	}
	var age policy.Age
	for flag, word := range map[string]string{"max-age": o.maxAge, "max-data-age": o.maxDataAge} {
		if word == "" {
			continue
		}
		if err := age.UnmarshalText([]byte(word)); err != nil {
			return d, &flagError{fmt.Errorf("--%s: %w", flag, err)}
		}
		if flag == "max-age" {
			d.MaxAge = age.Duration()
		} else {
			d.MaxDataAge = age.Duration()
		}
	}
	return d, nil
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
