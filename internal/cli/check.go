package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/tidewaiter/tidewaiter/internal/gate"
	"github.com/tidewaiter/tidewaiter/internal/product"
	"github.com/tidewaiter/tidewaiter/internal/registry"
	"github.com/tidewaiter/tidewaiter/internal/rules/credential"
	"github.com/tidewaiter/tidewaiter/internal/sign"
)

// checkOptions are the flags of check; the action fills the same ones.
type checkOptions struct {
	path                                   string
	images, bases, rendered, admission     []string
	push                                   string
	sign                                   bool
	key, config, rules, failOn, advisories string
	format, since, newSince                string
	signingConfig, trustedRoot, token      string
	outputs                                []string
	offline, quiet, verbose                bool
	cache                                  cacheOptions
	// edits is true where the caller writes a report besides that shows them.
	edits bool
	// compare is what the action compares with, in place of newSince.
	compare *gate.Comparison
}

const checkLong = `check finds Dockerfiles, kustomizations and plain manifests below PATH (default:
this folder), reads the images given, judges all of it and says on which line to
change what.

An image REF is one of
  ghcr.io/acme/app@sha256:…   in a registry, by digest (or by tag, without --sign)
  oci:DIR, oci-archive:FILE   an OCI image layout
  docker-archive:FILE         what docker save writes
  docker:NAME                 an image of the local Docker daemon
and may say what built it: REF,dockerfile=app/Dockerfile,target=final

Examples:
  tidewaiter check
  tidewaiter check . --output sarif=results.sarif
  tidewaiter check . --changed-since origin/main
  tidewaiter check . --new-since origin/main
  helm template charts/shop | tidewaiter check . --rendered -
  tidewaiter check . --image ghcr.io/acme/app@sha256:… --sign --key cosign.key
  tidewaiter check . --image oci:build/app --push ghcr.io/acme/app:1.2 --sign --key cosign.key

Without --key, --sign signs with the identity of the workflow that runs it, through
Sigstore: docs/signing.md.

What an Argo CD Application or ApplicationSet or a Flux Kustomization in the
repository applies is rendered with its options, where its source is this repository:
it has the address of one of the clone's remotes or the same name, or no remote is
known, and the folder exists.

Charts are not rendered here. --rendered takes what helm template has written, and
findings are put on the line of the template by its "# Source:" comments; the chart
then no longer counts as not analysed.

With --changed-since REV only those kustomizations, folders of plain manifests and
Dockerfiles are judged that read a file which differs from the revision; the
report says how many were left out. git is not needed, the history is: with
actions/checkout, fetch-depth: 0. A changed configuration judges everything.

With --new-since REV everything is judged, and so is the revision; only what was not
there before blocks, wherever lines and files have gone since. A configuration or an
ignore comment counts as it stands today: what a pull request may not change is
looked after by the action.

With --push nothing leaves the machine before the verdict passes; with --sign
exactly the digest that was judged is signed. The password of an encrypted key
is read from COSIGN_PASSWORD.`

func newCheck(env Env) *cobra.Command {
	var o checkOptions
	c := &cobra.Command{
		Use: "check [PATH]", Short: "Judge a repository and its images; push and sign what passes", Long: checkLong,
		Args: arguments(cobra.MaximumNArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			o.path = "."
			if len(args) == 1 {
				o.path = args[0]
			}
			_, err := runCheck(c.Context(), env, o)
			return err
		},
	}
	f := c.Flags()
	f.StringArrayVar(&o.images, "image", nil, "image to judge, `REF[,dockerfile=PATH,target=STAGE]`; repeatable")
	f.StringVar(&o.push, "push", "", "push the image to `NAME` (registry/repository:tag) after a pass")
	f.BoolVar(&o.sign, "sign", false, "sign the judged digest after a pass")
	f.StringVar(&o.key, "key", "", "signing key: a cosign key `FILE` or env://VARIABLE")
	f.StringVar(&o.token, "identity-token", "", "sign without a key, with the identity token in `FILE`; in a GitHub workflow it is asked for")
	f.StringVar(&o.signingConfig, "signing-config", "", "services to sign with without a key, a signing_config.json `FILE` (default: Sigstore's public ones)")
	f.StringVar(&o.trustedRoot, "trusted-root", "", "what vouches for those services, a trusted_root.json `FILE` (default: Sigstore's public one)")
	f.StringVar(&o.config, "config", "", "configuration `FILE` (default: tidewaiter.yaml or .github/tidewaiter.yaml below PATH)")
	f.StringVar(&o.rules, "rules", "", "default, strict, tidy, all, or a `LIST` of rules")
	f.StringVar(&o.failOn, "fail-on", "", "lowest `SEVERITY` that blocks: critical, high, medium, low, info, or never (default high)")
	f.StringVar(&o.advisories, "advisories", "", "vulnerability data: a directory, a zip or a URL in OSV's layout")
	f.StringVar(&o.format, "format", "text", "what to print: "+formatNames())
	f.StringArrayVar(&o.outputs, "output", nil, "also write `FORMAT=FILE`; repeatable")
	f.StringArrayVar(&o.rendered, "rendered", nil, "also judge `FILE`, what helm template has written, or - for standard input; repeatable")
	f.StringVar(&o.since, "changed-since", "", "judge only what has changed since the git revision `REV`, committed or not")
	o.cache.flags(f)
	f.StringVar(&o.newSince, "new-since", "", "block only on findings that were not there at the git revision `REV`")
	f.BoolVar(&o.offline, "offline", false, "fetch no advisory data and ask no registry about base images")
	f.StringArrayVar(&o.bases, "base", nil, "layout of a base image, `REF=oci:DIR`, in place of asking its registry; repeatable")
	f.StringArrayVar(&o.admission, "admission", nil, "file or folder of admission policies and rules that hold besides those found, `PATH`; repeatable")
	f.BoolVarP(&o.quiet, "quiet", "q", false, "say nothing of progress")
	f.BoolVarP(&o.verbose, "verbose", "v", false, "say every step")
	return c
}

// runCheck is the one way to a verdict, for the command line, the action and
// the demo. The result is nil only where nothing could be judged.
func runCheck(ctx context.Context, env Env, o checkOptions) (*gate.Result, error) {
	outs, err := parseOutputs(o)
	if err != nil {
		return nil, err
	}
	var result *gate.Result
	options, err := gateOptions(env, o)
	options.Edits = outs.showEdits() || o.edits
	if len(options.Images) > 0 {
		env.readsImages()
	}
	if err == nil {
		result, err = gate.Run(ctx, env.gate(o), options)
	}
	if result == nil {
		result = failed(env, err)
	}
	if writeErr := outs.write(env, result); writeErr != nil && err == nil {
		err = writeErr
	}
	if err == nil && result.Result == "fail" {
		err = errBlocked
	}
	return result, err
}

// failed is the result of a run that ended before a verdict, so that whoever
// reads a report file sees an error and not an old pass.
func failed(env Env, err error) *gate.Result {
	return &gate.Result{Version: gate.ResultVersion, Tool: gate.Tool{Name: product.Name, Version: env.Version},
		Result: "error", Error: credential.Mask(err.Error()), Findings: []gate.Finding{}, NotAnalysed: []gate.NotAnalysed{}, Images: []gate.Image{},
		Timings: map[string]float64{}}
}

func gateOptions(env Env, o checkOptions) (gate.Options, error) {
	out := gate.Options{Path: o.path, Push: o.push, Sign: o.sign, Config: o.config, FailOn: o.failOn, Rules: o.rules,
		Advisories: o.advisories, Offline: o.offline, Since: o.since, Admission: o.admission, Bases: map[string]string{}}
	out.Source, out.BlobURL = sourceOf(env.Getenv)
	out.UnprotectedRef = unprotectedRef(env.Getenv)
	layers, err := o.cache.layers()
	if err != nil {
		return out, err
	}
	out.Layers = layers
	if out.Compare = o.compare; o.newSince != "" && out.Compare == nil {
		out.Compare = &gate.Comparison{Since: o.newSince}
	}
	rendered, err := readRendered(env, o.rendered)
	if err != nil {
		return out, err
	}
	out.Rendered = rendered
	for _, text := range o.images {
		img, err := parseImage(text)
		if err != nil {
			return out, err
		}
		out.Images = append(out.Images, img)
	}
	for _, text := range o.bases {
		ref, at, err := parseBase(text)
		if err != nil {
			return out, err
		}
		out.Bases[ref] = at
	}
	if o.key != "" && !o.sign {
		return out, &flagError{fmt.Errorf("--key without --sign has no effect: add --sign, or leave --key out")}
	}
	if o.sign && o.key == "" {
		out.Keyless = keyless(env, o)
	}
	if o.key != "" {
		key, err := sign.LoadKey(o.key, env.Getenv)
		if err != nil {
			return out, err
		}
		out.Key = key
	}
	return out, nil
}

// parseBase reads REF=LAYOUT.
func parseBase(text string) (ref, at string, err error) {
	ref, at, _ = strings.Cut(text, "=")
	ref, at = strings.TrimSpace(ref), strings.TrimSpace(at)
	kind, path, _ := strings.Cut(at, ":")
	switch {
	case registry.Canonical(ref) == "":
		return "", "", &flagError{fmt.Errorf("--base %s: %q is not an image reference; write REF=oci:DIR", text, ref)}
	case !slices.Contains([]string{"oci", "oci-archive", "docker-archive"}, kind) || path == "":
		return "", "", &flagError{fmt.Errorf("--base %s: write the layout behind the reference: %s=oci:DIR, oci-archive:FILE or docker-archive:FILE", text, ref)}
	}
	return ref, at, nil
}

// parseImage reads REF[,dockerfile=PATH,target=STAGE].
func parseImage(text string) (gate.ImageOption, error) {
	parts := strings.Split(text, ",")
	img := gate.ImageOption{Ref: strings.TrimSpace(parts[0])}
	for _, p := range parts[1:] {
		key, value, ok := strings.Cut(strings.TrimSpace(p), "=")
		switch {
		case ok && key == "dockerfile":
			img.Dockerfile = value
		case ok && key == "target":
			img.Target = value
		default:
			return img, &flagError{fmt.Errorf("--image %s: %q is neither dockerfile=PATH nor target=STAGE", text, p)}
		}
	}
	if img.Ref == "" {
		return img, &flagError{fmt.Errorf("--image: no reference in %q", text)}
	}
	return img, nil
}
