package gate

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/policy"
	"github.com/tidewaiter/tidewaiter/internal/registry"
	"github.com/tidewaiter/tidewaiter/internal/sign"
)

// UnsignableError is a passing verdict that must not be signed, since something
// that concerns the image could not be judged.
type UnsignableError struct{ Reasons []string }

// Error names what could not be judged.
func (e *UnsignableError) Error() string {
	return "not signed: the verdict passes, but something about the image could not be judged: " + strings.Join(e.Reasons, "; ")
}

// release pushes and signs what passed, and only that. It fills in what became
// of each image.
func release(ctx context.Context, env Env, o Options, pol *policy.Policy, project *facts.Project, v policy.Verdict, images opened, r *Result) error {
	if !v.Passed() || o.Push == "" && !o.Sign {
		return nil
	}
	if reasons := v.Unsignable(); o.Sign && len(reasons) > 0 {
		return &UnsignableError{reasons}
	}
	signer, err := signerFor(ctx, o, pol)
	if err != nil {
		return err
	}
	for i, img := range images {
		at := img.content.Resolved
		if o.Push != "" {
			env.step("push " + o.Push)
			pushed, err := env.Registry.Push(ctx, img.content, o.Push)
			if err != nil {
				return fmt.Errorf("push %s: %w", o.Push, err)
			}
			if !v.Covers(pushed) {
				return fmt.Errorf("push %s: the registry now holds %s, which is not what was judged; nothing was signed", o.Push, pushed.Digest)
			}
			at, r.Images[i].Pushed = pushed, pushed.Reference()
		}
		if !o.Sign {
			continue
		}
		with, err := about(env, o, project, v, project.Images[i], at, img.content.Images)
		if err == nil {
			err = signOne(ctx, env, signer, v, at, with, &r.Images[i])
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// signerFor chooses with what is signed; nil where nothing is.
func signerFor(ctx context.Context, o Options, pol *policy.Policy) (sign.Signer, error) {
	switch {
	case !o.Sign:
		return nil, nil
	case o.Key != nil:
		return o.Key, nil
	}
	return o.Keyless(ctx, pol.Config.Sign.Log == policy.LogPublic)
}

func signOne(ctx context.Context, env Env, signer sign.Signer, v policy.Verdict, at registry.Resolved, with sign.About, r *Image) error {
	env.step("sign " + at.Reference())
	receipt, err := sign.Sign(ctx, v, at, env.Registry, signer, with)
	var refusal *sign.Refusal
	if errors.As(err, &refusal) {
		return fmt.Errorf("sign %s: %w", at.Reference(), err)
	}
	if err != nil {
		return &UnavailableError{at.Reference(), err}
	}
	for _, w := range receipt.Warnings {
		env.step("warning: " + w)
	}
	r.Signed, r.Signature = true, receipt.Bundle.Digest
	r.Attestations = append(r.Attestations, Attestation{sign.VerdictType, at.Digest, receipt.Verdict.Digest})
	for _, e := range receipt.Evidence {
		r.Attestations = append(r.Attestations, Attestation{e.Type, e.Subject, e.Manifest})
	}
	return nil
}

// UnavailableError is an image that passes and could not be signed: not a
// decision about it.
type UnavailableError struct {
	Ref string
	Err error
}

// Error tells it from a blocked image.
func (e *UnavailableError) Error() string {
	return "signing unavailable: the verdict passes, but " + e.Ref + " could not be signed, and must not count as signed: " + e.Err.Error()
}

// Unwrap returns the cause.
func (e *UnavailableError) Unwrap() error { return e.Err }
