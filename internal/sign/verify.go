package sign

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/registry"
)

// Result is an accepted image.
type Result struct {
	// Reference is "registry/repository@sha256:…": what to deploy.
	Reference string
	Digest    string
	// Bundle and Legacy are the digests of the manifests whose signature was
	// verified, "" where that layout has none. One of them is set.
	Bundle, Legacy string
	// Verdict is the digest of the manifest that holds the verdict, "" for none.
	Verdict string
	// Ignored says of each signature that was found wanting why; anyone who may
	// push can put such there, so they do not decide.
	Ignored []string
}

// RejectedError is an image that bears no valid signature of who is trusted, or
// not what was demanded. It is a decision: what could not be read is a
// *registry.Error instead.
type RejectedError struct {
	// Reference is "registry/repository@sha256:…".
	Reference string
	// Reason is "" where it is not signed.
	Reason string
	// Whose is who is trusted, as in "not signed by this key".
	Whose string
	// Found says of each signature why it does not count; empty where there is
	// none at all.
	Found []string
}

// Error names the image and every signature that did not count.
func (e *RejectedError) Error() string {
	why := e.Reason
	if why == "" {
		why = "not signed"
		if len(e.Found) > 0 {
			why += " by " + e.Whose
		}
	}
	if len(e.Found) > 0 {
		why += ": " + strings.Join(e.Found, "; ")
	}
	return e.Reference + ": " + why
}

// rejection is one signature that does not count.
type rejection struct{ why string }

func (r *rejection) Error() string { return r.why }

func rejected(format string, args ...any) error { return &rejection{fmt.Sprintf(format, args...)} }

// isRejected tells what is wrong with a signature, such as a list entry whose
// content is gone or has another digest, from trouble in asking for it.
func isRejected(err error) bool {
	var r *rejection
	if errors.As(err, &r) {
		return true
	}
	var e *registry.Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.Reason {
	case registry.NotFound, registry.BadDigest, registry.TooLarge, registry.Malformed:
		return true
	}
	return false
}

// Verify resolves ref once and looks for a signature of who is trusted over
// exactly that digest, in bundles and in the classic layout, and for what is
// demanded besides. Of an index every platform must bear the same. It returns a
// *RejectedError where something is missing, and any other error where the
// registry would not tell.
func Verify(ctx context.Context, reg *registry.Client, ref string, trust Trust, d Demands) (Result, error) {
	at, err := reg.Resolve(ctx, ref)
	if err != nil {
		return Result{}, err
	}
	result, whole, err := verifyOne(ctx, reg, at, trust, d)
	if err != nil || !registry.IsIndex(at.MediaType) {
		return result, err
	}
	platforms, err := platformsOf(ctx, reg, at)
	if err != nil {
		return Result{}, err
	}
	for _, p := range platforms {
		if whole != nil && !whole.names(p.Digest) {
			return Result{}, &RejectedError{Reference: at.Reference(), Reason: "the verdict does not speak of its platform " + p.Digest}
		}
		if _, _, err := verifyOne(ctx, reg, p, trust, d); err != nil {
			return Result{}, fmt.Errorf("a platform of %s: %w", at.Reference(), err)
		}
	}
	return result, nil
}

// platformsOf are the images of an index, BuildKit's attestations left out.
func platformsOf(ctx context.Context, reg *registry.Client, at registry.Resolved) ([]registry.Resolved, error) {
	content, err := reg.Open(ctx, at.Reference())
	if err != nil {
		return nil, err
	}
	defer content.Close()
	var out []registry.Resolved
	for _, img := range content.Images {
		out = append(out, img.Resolved)
	}
	return out, nil
}

// verifyOne is Verify for one manifest. It returns the statement of the verdict,
// nil where there is none and none was demanded.
func verifyOne(ctx context.Context, reg *registry.Client, at registry.Resolved, trust Trust, d Demands) (Result, *statement, error) {
	w := &witness{reg: reg, at: at, trust: trust}
	unread := w.readBundles(ctx, d)
	result := Result{Reference: at.Reference(), Digest: at.Digest, Bundle: w.signature}
	classic, ignored, err := legacySignature(ctx, reg, at, trust)
	unread = errors.Join(unread, err)
	result.Legacy, result.Ignored = classic, append(w.ignored, ignored...)
	signed := result.Bundle != "" || result.Legacy != ""
	if !signed && unread != nil {
		return Result{}, nil, fmt.Errorf("%s: could not be verified: %w", at.Reference(), unread)
	}
	if !signed {
		return Result{}, nil, &RejectedError{Reference: at.Reference(), Whose: trust.whose(), Found: result.Ignored}
	}
	verdict, why := w.judge(d)
	if why != nil && unread != nil {
		return Result{}, nil, fmt.Errorf("%s: could not be verified: %w", at.Reference(), unread)
	}
	if why != nil {
		return Result{}, nil, &RejectedError{Reference: at.Reference(), Reason: why.Error(), Found: result.Ignored}
	}
	if unread != nil {
		result.Ignored = append(result.Ignored, "could not be read: "+unread.Error())
	}
	if verdict == nil {
		return result, nil, nil
	}
	result.Verdict = verdict.digest
	return result, verdict.statement, nil
}

// witness is what the referrers of one image state, as far as who is trusted
// has signed it.
type witness struct {
	reg   *registry.Client
	at    registry.Resolved
	trust Trust
	// signature is the manifest of the first valid signature.
	signature string
	verdicts  []stated
	types     []string
	ignored   []string
}

// stated is a valid verdict.
type stated struct {
	digest    string
	statement *statement
	vsa       *vsa
}

// readBundles reads all of them: which of several verdicts is the newest, and
// whether one of them has failed, shows only in the end. The error is about what
// could not be read, and says nothing of the others.
func (w *witness) readBundles(ctx context.Context, demands Demands) error {
	listed, err := w.reg.Referrers(ctx, w.at.Repo, w.at.Digest)
	if err != nil {
		return err
	}
	var unread error
	for _, d := range listed {
		if !demands.wantsToRead(d) {
			continue
		}
		s, _, err := readReferrer(ctx, w.reg, w.at, d, w.trust)
		switch {
		case err == nil:
			w.note(d.Digest, s, demands)
		case isRejected(err):
			w.ignored = append(w.ignored, "referrer "+d.Digest+" "+err.Error())
		default:
			unread = errors.Join(unread, err)
		}
	}
	return unread
}

func (w *witness) note(digest string, s *statement, demands Demands) {
	w.types = append(w.types, s.PredicateType)
	if s.PredicateType == PredicateType {
		if w.signature == "" {
			w.signature = digest
		}
		return
	}
	if v, ours := parseVSA(s); ours {
		w.verdicts = append(w.verdicts, stated{digest, s, v})
		return
	}
	if slices.Contains(demands.Types, s.PredicateType) {
		return
	}
	w.ignored = append(w.ignored, fmt.Sprintf("referrer %s is no image signature but a statement of the type %q", digest, s.PredicateType))
}

// judge takes the newest verdict, and says what is wrong with it or missing.
func (w *witness) judge(d Demands) (*stated, error) {
	for _, t := range d.Types {
		if t != PredicateType && !slices.Contains(w.types, t) {
			return nil, fmt.Errorf("nobody who is trusted states anything of the type %s", t)
		}
	}
	if len(w.verdicts) == 0 {
		if d.verdict() {
			return nil, errors.New("it bears no verdict: sign it with tidewaiter check --sign")
		}
		return nil, nil
	}
	newest := slices.MaxFunc(w.verdicts, func(a, b stated) int { return a.vsa.TimeVerified.Compare(b.vsa.TimeVerified) })
	return &newest, d.check(newest.vsa)
}

// legacySignature returns the digest of the classic layout's manifest if one of
// its signatures is valid, "" if none is, and why others do not count.
func legacySignature(ctx context.Context, reg *registry.Client, at registry.Resolved, trust Trust) (found string, ignored []string, err error) {
	m, err := reg.GetManifest(ctx, at.Repo, legacyTag(at.Digest))
	if registry.IsNotFound(err) {
		return "", nil, nil
	}
	if err != nil {
		return "", nil, err
	}
	var a artifact
	if err := json.Unmarshal(m.Raw, &a); err != nil {
		return "", []string{"tag " + legacyTag(at.Digest) + " is not a manifest"}, nil //nolint:nilerr // told as a signature that does not count
	}
	if len(a.Layers) > MaxSignatures {
		return "", []string{fmt.Sprintf("tag %s has more than the limit of %d signatures", legacyTag(at.Digest), MaxSignatures)}, nil
	}
	var unread error
	for _, d := range a.Layers {
		err := checkLegacy(ctx, reg, at, d, trust)
		switch {
		case err == nil:
			return m.Digest, ignored, nil
		case isRejected(err):
			ignored = append(ignored, "classic signature "+d.Digest+" "+err.Error())
		default:
			unread = errors.Join(unread, err)
		}
	}
	return "", ignored, unread
}
