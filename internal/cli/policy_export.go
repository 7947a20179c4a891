package cli

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tidewaiter/tidewaiter/internal/gate"
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/policy"
	"github.com/tidewaiter/tidewaiter/internal/product"
	"github.com/tidewaiter/tidewaiter/internal/report"
	"github.com/tidewaiter/tidewaiter/internal/sign"
	"github.com/tidewaiter/tidewaiter/internal/sign/enforce"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

const policyExportLong = `export writes what makes a cluster demand the verdict that check --sign attaches,
from the same tidewaiter.yaml:

  policy-controller   ClusterImagePolicy of Sigstore's policy controller
  kyverno             ClusterPolicy
  kyverno-images      ImageValidatingPolicy
  admission           ValidatingAdmissionPolicy: digests and repositories, no controller
  namespaces          Pod Security Standards that what is deployed complies with

  tidewaiter policy export kyverno --key cosign.pub | kubectl apply -f -
  tidewaiter policy export policy-controller --enforce

The images are those of the configuration, or of --image. Who signs is the key, or
sign.identity of the configuration. Everything starts by telling: --enforce refuses.
The policy's digest leaves waivers out, so that editing one locks nobody out; while
you change the policy, name the old digest as well with --policy-digest.`

type exportOptions struct {
	path, config, rules, failOn, key, identity, issuer, maxAge string
	images, policies                                           []string
	enforce                                                    bool
}

func newPolicyExport(env Env) *cobra.Command {
	o := exportOptions{path: "."}
	c := &cobra.Command{
		Use: "export KIND [PATH]", Short: "Write policies that make a cluster demand the verdict", Long: policyExportLong,
		Args: arguments(cobra.RangeArgs(1, 2)),
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 2 {
				o.path = args[1]
			}
			if !slices.Contains(enforce.Kinds(), args[0]) {
				return &flagError{fmt.Errorf("policy export %s: one of %s", args[0], strings.Join(enforce.Kinds(), ", "))}
			}
			out, err := o.fill(c.Context(), env, args[0])
			if err != nil {
				return err
			}
			return enforce.Write(env.Stdout, args[0], out)
		},
	}
	f := c.Flags()
	f.StringVar(&o.key, "key", "", "public key that signs: a PEM `FILE`, or env://VARIABLE")
	f.StringVar(&o.identity, "identity", "", "exact `NAME` that signs without a key (default: sign.identity)")
	f.StringVar(&o.issuer, "issuer", "", "who vouches for it, a `URL` (default: sign.issuer, or GitHub)")
	f.StringArrayVar(&o.images, "image", nil, "`REPOSITORY` of images that must comply, ghcr.io/acme/app or ghcr.io/acme/*; repeatable (default: images of the configuration)")
	f.StringArrayVar(&o.policies, "policy-digest", nil, "also accept verdicts by the policy of this `DIGEST`; repeatable")
	f.StringVar(&o.maxAge, "max-age", "90d", "how old a verdict may be, an `AGE`")
	f.StringVar(&o.config, "config", "", "configuration `FILE` (default: as in check)")
	f.StringVar(&o.rules, "rules", "", "as in the check that signs, since it is part of the policy")
	f.StringVar(&o.failOn, "fail-on", "", "as in the check that signs, since it is part of the policy")
	f.BoolVar(&o.enforce, "enforce", false, "refuse what does not comply, in place of telling")
	return c
}

// fill gathers what a kind needs, and says which flag or key is missing.
func (o exportOptions) fill(ctx context.Context, env Env, kind string) (enforce.Options, error) {
	out := enforce.Options{Enforce: o.enforce, Verifier: product.URL, VerdictType: sign.VerdictType}
	if kind == "namespaces" {
		levels, err := namespaceLevels(ctx, env, o.path)
		out.Levels = levels
		return out, err
	}
	pol, err := gate.LoadPolicy(gate.Options{Path: o.path, Config: o.config, Rules: o.rules, FailOn: o.failOn})
	if err != nil {
		return out, err
	}
	if out.Images = o.images; len(out.Images) == 0 {
		for _, img := range pol.Config.Images {
			out.Images = append(out.Images, img.Ref)
		}
	}
	if len(out.Images) == 0 {
		return out, &flagError{fmt.Errorf("which images must comply? name them: --image ghcr.io/acme/app, or images: [{ref: ghcr.io/acme/app}] in tidewaiter.yaml")}
	}
	for _, img := range out.Images {
		if !strings.Contains(img, "/") || strings.ContainsAny(img, "@\"'\\ \n") || strings.Contains(strings.TrimSuffix(img, "*"), "*") {
			return out, &flagError{fmt.Errorf("--image %q is no repository: write registry/name, or registry/folder/*", img)}
		}
	}
	if kind == "admission" {
		return out, nil
	}
	for _, p := range o.policies {
		if !digestForm.MatchString(p) {
			return out, &flagError{fmt.Errorf("--policy-digest %s: expected sha256: and 64 digits", p)}
		}
	}
	out.Policies = append([]string{pol.Digest}, o.policies...)
	var age policy.Age
	if err := age.UnmarshalText([]byte(o.maxAge)); err != nil {
		return out, &flagError{fmt.Errorf("--max-age: %w", err)}
	}
	out.MaxAge = age.Duration()
	return out, o.signer(env, pol, &out)
}

// signer says who must have signed.
func (o exportOptions) signer(env Env, pol *policy.Policy, out *enforce.Options) error {
	out.Identity, out.Issuer = cmp.Or(o.identity, pol.Config.Sign.Identity), cmp.Or(o.issuer, pol.Config.Sign.Issuer, sign.GitHubIssuer)
	switch {
	case o.key == "" && out.Identity == "":
		return &flagError{fmt.Errorf("who signs? name the key, --key cosign.pub, or the workflow, --identity https://github.com/acme/app/.github/workflows/release.yml@refs/heads/main")}
	case o.key == "":
		return nil
	}
	key, err := sign.LoadPublicKey(o.key, env.Getenv)
	if err != nil {
		return err
	}
	text, err := key.PEM()
	out.Key, out.Identity = string(text), ""
	return err
}

// namespaceLevels tells for each namespace that the repository deploys to the
// strictest standard that all its workloads comply with.
func namespaceLevels(ctx context.Context, env Env, path string) (map[string]string, error) {
	repo, err := source.Open(path)
	if err != nil {
		return nil, &gate.UsageError{Reason: fmt.Sprintf("%s: not a folder that can be read: %v", path, err)}
	}
	defer repo.Close()
	set, err := manifest.Load(ctx, repo, manifest.Options{})
	if err != nil {
		return nil, err
	}
	for _, n := range set.NotAnalysed {
		fmt.Fprintln(env.Stderr, "tidewaiter: not analysed, so not counted: "+report.Message(n.Path+": "+n.Reason))
	}
	levels := map[string]string{}
	for _, r := range set.Renders {
		for _, w := range r.Workloads() {
			if ns := w.Object.Namespace; ns != "" {
				levels[ns] = lower(cmp.Or(levels[ns], "restricted"), w)
			}
		}
	}
	if len(levels) == 0 {
		return nil, &gate.UsageError{Reason: path + ": nothing in it is deployed to a namespace that it names"}
	}
	return levels, nil
}

// lower is the level after a workload has been seen.
func lower(level string, w *manifest.Workload) string {
	if len(w.Undecodable()) > 0 {
		return "privileged" // nobody can tell
	}
	for _, failed := range w.PodSecurity() {
		if failed.Level == "baseline" {
			return "privileged"
		}
		if level == "restricted" {
			level = "baseline"
		}
	}
	return level
}
