package sign

import (
	"context"

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
	// Bundle is the sigstore bundle, Legacy the sha256-<hex>.sig, Verdict the signed
	// verdict. Of an index they are those of the whole.
	Bundle, Legacy, Verdict Layout
	// Evidence is what the verdict rests on.
	Evidence []EvidenceRef
	// Warnings are about the registry.
	Warnings []string
}

// Refusal is a request to sign what must not be signed. Nothing was written.
type Refusal struct{ Reason string }

// Error returns the reason.
func (r *Refusal) Error() string { return "refused to sign: " + r.Reason }

// Sign signs the content at, which the passing verdict v must cover: the
// verdict's evidence and the verdict itself as signed statements, a sigstore
// bundle as OCI referrer, and the classic .sig, which most verifiers look for,
// last. Of an index every platform is signed the same way, and then the whole.
// It returns without error only after what it says was read back from the
// registry and verified. Signing again changes nothing. Other errors than a
// *Refusal mean that the image may bear part of its signatures; sign again.
func Sign(ctx context.Context, v policy.Verdict, at registry.Resolved, reg *registry.Client, signer Signer, about About) (Receipt, error) {
	if err := mayBeSigned(v, at, signer, about); err != nil {
		return Receipt{}, err
	}
	j, err := newJob(ctx, v, at, reg, signer, about)
	if err != nil {
		return Receipt{}, err
	}
	return j.run(ctx)
}

// mayBeSigned refuses whatever a passing verdict does not speak of.
func mayBeSigned(v policy.Verdict, at registry.Resolved, signer Signer, about About) error {
	switch key, isKey := signer.(*Key); {
	case signer == nil, isKey && key == nil:
		return &Refusal{"no key was given"}
	case v.IsZero():
		return &Refusal{"nothing was judged"}
	case !v.Passed():
		return &Refusal{"the verdict is not a pass"}
	case at.Repo == "":
		return &Refusal{at.Digest + " is in no registry; push it first"}
	case at.Digest != sum(at.Raw):
		return &Refusal{at.Reference() + " does not name its content"}
	case !v.Covers(at):
		return &Refusal{"the verdict speaks of other content than " + at.Reference()}
	case registry.IsIndex(at.MediaType) && len(about.Platforms) == 0:
		return &Refusal{at.Reference() + " is an index, and none of its platforms was judged"}
	}
	for _, p := range about.Platforms {
		if p.Digest != sum(p.Raw) || !v.Covers(p) {
			return &Refusal{"the verdict does not speak of the platform " + p.Digest + " of " + at.Reference()}
		}
	}
	return nil
}
