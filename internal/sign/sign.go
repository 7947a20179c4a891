package sign

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

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
	j, err := newJob(at, reg, key)
	if err != nil {
		return Receipt{}, err
	}
	return j.run(ctx)
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
