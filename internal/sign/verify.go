package sign

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
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
	// Ignored says of each signature that was found wanting why; anyone who may
	// push can put such there, so they do not decide.
	Ignored []string
}

// RejectedError is an image that bears no valid signature of the key. It is a
// decision: what could not be read is a *registry.Error instead.
type RejectedError struct {
	// Reference is "registry/repository@sha256:…".
	Reference string
	// Found says of each signature why it does not count; empty where there is
	// none at all.
	Found []string
}

// Error names the image and every signature that did not count.
func (e *RejectedError) Error() string {
	if len(e.Found) == 0 {
		return e.Reference + ": not signed"
	}
	return e.Reference + ": not signed by this key: " + strings.Join(e.Found, "; ")
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

// Verify resolves ref once and looks for a signature of key over exactly that
// digest, in bundles and in the classic layout. It returns a *RejectedError
// where there is none, and any other error where the registry would not tell.
func Verify(ctx context.Context, reg *registry.Client, ref string, key *PublicKey) (Result, error) {
	at, err := reg.Resolve(ctx, ref)
	if err != nil {
		return Result{}, err
	}
	result := Result{Reference: at.Reference(), Digest: at.Digest}
	bundle, ignored, bundleErr := bundleSignature(ctx, reg, at, key)
	result.Bundle, result.Ignored = bundle, ignored
	classic, ignored, legacyErr := legacySignature(ctx, reg, at, key)
	result.Legacy, result.Ignored = classic, append(result.Ignored, ignored...)

	unread := errors.Join(bundleErr, legacyErr)
	switch {
	case (result.Bundle != "" || result.Legacy != "") && unread != nil:
		result.Ignored = append(result.Ignored, "could not be read: "+unread.Error())
		return result, nil //nolint:nilerr // one valid signature is enough; the result tells of the other
	case result.Bundle != "" || result.Legacy != "":
		return result, nil
	case unread != nil:
		return Result{}, fmt.Errorf("%s: could not be verified: %w", at.Reference(), unread)
	}
	return Result{}, &RejectedError{Reference: at.Reference(), Found: result.Ignored}
}

// bundleSignature returns the digest of the first referrer with a valid bundle,
// "" if there is none, and why others do not count. The error is about what
// could not be read, and says nothing of the signatures.
func bundleSignature(ctx context.Context, reg *registry.Client, at registry.Resolved, key *PublicKey) (found string, ignored []string, err error) {
	listed, err := reg.Referrers(ctx, at.Repo, at.Digest)
	if err != nil {
		return "", nil, err
	}
	var unread error
	for _, d := range listed {
		if !mayHoldSignature(d) {
			continue
		}
		err := checkReferrer(ctx, reg, at, d, key, false)
		switch {
		case err == nil:
			return d.Digest, ignored, nil
		case isRejected(err):
			ignored = append(ignored, "referrer "+d.Digest+" "+err.Error())
		default:
			unread = errors.Join(unread, err)
		}
	}
	return "", ignored, unread
}

// legacySignature is bundleSignature for the classic layout.
func legacySignature(ctx context.Context, reg *registry.Client, at registry.Resolved, key *PublicKey) (found string, ignored []string, err error) {
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
		err := checkLegacy(ctx, reg, at, d, key)
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
