package sign

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/tidewaiter/tidewaiter/internal/policy"
	"github.com/tidewaiter/tidewaiter/internal/registry"
)

// Layout is one of the two places a signature is in.
type Layout struct {
	// Digest is that of the manifest that holds the signature.
	Digest string
	// New is false where it was there already.
	New bool
}

// Receipt says what was signed and where the signatures are. Every signature
// it names was read back and verified.
type Receipt struct {
	// Subject is "registry/repository@sha256:…".
	Subject string
	// Bundle is the sigstore bundle, Legacy the sha256-<hex>.sig.
	Bundle, Legacy Layout
}

// Refusal is a request to sign what must not be signed. Nothing was written.
type Refusal struct{ Reason string }

// Error returns the reason.
func (r *Refusal) Error() string { return "refused to sign: " + r.Reason }

// Sign signs the content at, which the passing verdict v must cover, in both
// layouts: a sigstore bundle as OCI referrer, then the classic .sig, which most
// verifiers look for, last. It returns without error only after both were read
// back from the registry and verified. Signing again changes nothing. Other
// errors than a *Refusal mean that the image may bear part of its signatures;
// sign again.
func Sign(ctx context.Context, v policy.Verdict, at registry.Resolved, reg *registry.Client, key *Key) (Receipt, error) {
	if err := signable(v, at, key); err != nil {
		return Receipt{}, err
	}
	if err := present(ctx, reg, at); err != nil {
		return Receipt{}, err
	}
	bundle, err := newBundle(key, at.Digest)
	if err != nil {
		return Receipt{}, err
	}
	ref, err := newReferrer(at, bundle)
	if err != nil {
		return Receipt{}, err
	}
	classic, err := newLegacy(key, at)
	if err != nil {
		return Receipt{}, err
	}
	receipt := Receipt{Subject: at.Reference()}
	for round := 1; ; round++ {
		b, err := ref.attach(ctx, reg)
		if err != nil {
			return Receipt{}, fmt.Errorf("write the bundle: %w", err)
		}
		l, err := classic.attach(ctx, reg, key.public)
		if err != nil {
			return Receipt{}, fmt.Errorf("write the classic signature: %w", err)
		}
		receipt.Bundle = Layout{Digest: b.Digest, New: b.New || receipt.Bundle.New}
		receipt.Legacy = Layout{Digest: l.Digest, New: l.New || receipt.Legacy.New}
		err = readBack(ctx, reg, ref, key.public)
		if err == nil {
			return receipt, nil
		}
		if round == rounds || !isRejected(err) {
			return Receipt{}, fmt.Errorf("the signatures were written but cannot be verified: %w", err)
		}
		// Another writer has overwritten a list in between.
		if err := pause(ctx, roundPause<<(round-1)); err != nil {
			return Receipt{}, err
		}
	}
}

// signable refuses whatever a passing verdict does not speak of.
func signable(v policy.Verdict, at registry.Resolved, key *Key) error {
	sum := sha256.Sum256(at.Raw)
	switch {
	case key == nil:
		return &Refusal{"no key was given"}
	case v.IsZero():
		return &Refusal{"nothing was judged"}
	case !v.Passed():
		return &Refusal{"the verdict is not a pass"}
	case at.Repo == "":
		return &Refusal{at.Digest + " is in no registry; push it first"}
	case at.Digest != "sha256:"+hex.EncodeToString(sum[:]):
		return &Refusal{at.Reference() + " does not name its content"}
	case !v.Covers(at):
		return &Refusal{"the verdict speaks of other content than " + at.Reference()}
	}
	return nil
}

// present checks that the registry holds what is to be signed: registries take
// signatures of what they do not have.
func present(ctx context.Context, reg *registry.Client, at registry.Resolved) error {
	ok, err := reg.HasManifest(ctx, at.Repo, at.Digest)
	if err != nil {
		return fmt.Errorf("look for what is to be signed: %w", err)
	}
	if !ok {
		return &registry.Error{Ref: at.Reference(), Reason: registry.NotFound, Status: 404,
			Detail: "the registry does not hold what is to be signed", Hint: "push it first"}
	}
	return nil
}

// readBack verifies what the registry now holds: our own bundle, listed, and
// the classic signature.
func readBack(ctx context.Context, reg *registry.Client, ref referrer, key *PublicKey) error {
	at := ref.subject
	listed, err := reg.Referrers(ctx, at.Repo, at.Digest)
	if err != nil {
		return err
	}
	if !contains(listed, ref.entry.Digest) {
		return rejected("the registry does not list the bundle")
	}
	if err := checkReferrer(ctx, reg, at, ref.entry, key, true); err != nil {
		return err
	}
	found, _, err := legacySignature(ctx, reg, at, key)
	if err != nil {
		return err
	}
	if found == "" {
		return rejected("the classic signature is not in the registry")
	}
	return nil
}

// pause waits for half of d up to d.
func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d/2 + rand.N(d/2+1)):
		return nil
	}
}
