package sign

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/registry"
)

// found is what a look at one place found.
type found struct {
	// signatureMissing and classicMissing say what is wrong with a signature, nil
	// where it is there and valid.
	signatureMissing, classicMissing error
	// listed are all referrers.
	listed []registry.Descriptor
	// signature is the manifest of a valid bundle.
	signature string
	// verdicts are the valid verdicts of who is trusted.
	verdicts []foundVerdict
	// set are the classic signatures there are.
	set signatureSet
}

type foundVerdict struct {
	digest string
	bundle []byte
	vsa    *vsa
}

// lookReferrers reads back and verifies the signature and the verdicts. Its
// error is about the registry; what is missing or wrong is in found. listed is
// the list where it is known already.
func (p *place) lookReferrers(ctx context.Context, j *job, listed []registry.Descriptor) (err error) {
	repo, digest := p.at.Repo, p.at.Digest
	switch {
	case len(listed) > 0:
	case p.byTag:
		listed, err = j.reg.ReferrersByTag(ctx, repo, digest)
	default:
		if listed, _, err = j.reg.ReferrersByAPI(ctx, repo, digest); err == nil && len(listed) == 0 {
			listed, err = j.reg.ReferrersByTag(ctx, repo, digest)
			p.byTag = len(listed) > 0
		}
	}
	if err != nil {
		return fmt.Errorf("list the signatures there are: %w", err)
	}
	p.have.listed = listed
	p.have.signatureMissing = rejected("the registry does not list the bundle")
	for _, d := range slices.Clone(listed) {
		signature := mayHold(d, PredicateType) && p.have.signature == ""
		if !signature && !mayHold(d, VerdictType) {
			continue
		}
		s, raw, err := readReferrer(ctx, j.reg, p.at, d, j.trust)
		if isRejected(err) {
			p.have.listed = slices.DeleteFunc(p.have.listed, func(o registry.Descriptor) bool { return o.Digest == d.Digest && p.makes(d.Digest) })
			continue
		}
		if err != nil {
			return err
		}
		p.note(d.Digest, s, raw)
	}
	return nil
}

// makes reports whether a manifest is one of those this run writes: one that is
// listed but cannot be read back is written again.
func (p *place) makes(digest string) bool {
	return slices.ContainsFunc(p.refs, func(r referrer) bool { return r.entry.Digest == digest })
}

func (p *place) note(digest string, s *statement, bundle []byte) {
	if s.PredicateType == PredicateType && p.have.signature == "" {
		p.have.signature, p.have.signatureMissing = digest, nil
	}
	if v, ours := parseVSA(s); ours && v.Result == passed {
		p.have.verdicts = append(p.have.verdicts, foundVerdict{digest, bundle, v})
	}
}

// keep chooses the verdict that stays: of those that say what this run says and
// are not much older, the oldest one that every place bears with its evidence.
// So a second run changes nothing, and runs side by side agree.
func (j *job) keep(root *place) *foundVerdict {
	says, now := j.vsa.says(), j.vsa.TimeVerified
	var fit []foundVerdict
	for _, v := range root.have.verdicts {
		if v.vsa.says() == says && !v.vsa.TimeVerified.After(now.Add(skew)) && now.Sub(v.vsa.TimeVerified) < keepFor && j.complete(v) {
			fit = append(fit, v)
		}
	}
	if len(fit) == 0 {
		return nil
	}
	slices.SortFunc(fit, byAge)
	return &fit[0]
}

func byAge(a, b foundVerdict) int {
	return cmp.Or(a.vsa.TimeVerified.Compare(b.vsa.TimeVerified), strings.Compare(a.digest, b.digest))
}

// complete reports whether every place bears a verdict and the evidence for it.
func (j *job) complete(v foundVerdict) bool {
	for _, p := range j.places {
		r, err := newReferrer(p.at, VerdictType, v.bundle)
		if err != nil || !contains(p.have.listed, r.entry.Digest) {
			return false
		}
		for _, e := range v.vsa.Gate.Evidence {
			if e.Subject == p.at.Digest && !contains(p.have.listed, e.Manifest) {
				return false
			}
		}
	}
	return true
}

// prune removes the verdicts that the kept one replaces, and their evidence, so
// that an image bears one. Registries that do not let us keep them: verify
// takes the newest.
func (j *job) prune(ctx context.Context) error {
	root := j.places[len(j.places)-1]
	kept := j.keep(root)
	return j.each(ctx, func(ctx context.Context, p *place) error {
		old := p.superseded(j, *kept)
		if len(old) == 0 {
			return nil
		}
		if p.byTag {
			left := slices.DeleteFunc(slices.Clone(p.have.listed), func(d registry.Descriptor) bool { return slices.Contains(old, d.Digest) })
			// The manifests stay: a list of another run may still hold them, and
			// registries refuse lists that name what they do not have.
			if err := j.reg.PutReferrersByTag(ctx, p.at.Repo, p.at.Digest, left); err != nil && !registry.IsNotFound(err) {
				return fmt.Errorf("remove superseded verdicts from the list: %w", err)
			}
			return nil
		}
		for _, digest := range old {
			if _, err := j.reg.DeleteManifest(ctx, p.at.Repo, digest); err != nil {
				return fmt.Errorf("remove a superseded verdict: %w", err)
			}
		}
		return nil
	})
}

// superseded are the manifests that kept replaces: verdicts of who is trusted
// that are not of a later time than this run, and what they alone rest on.
func (p *place) superseded(j *job, kept foundVerdict) []string {
	keptHere, err := newReferrer(p.at, VerdictType, kept.bundle)
	if err != nil {
		return nil
	}
	needed := map[string]bool{keptHere.entry.Digest: true}
	for _, e := range kept.vsa.Gate.Evidence {
		needed[e.Manifest] = true
	}
	var out []string
	for _, v := range p.have.verdicts {
		if needed[v.digest] || v.vsa.TimeVerified.After(j.vsa.TimeVerified.Add(skew)) {
			continue
		}
		out = append(out, v.digest)
		for _, e := range v.vsa.Gate.Evidence {
			if e.Subject == p.at.Digest && !needed[e.Manifest] && contains(p.have.listed, e.Manifest) && !slices.Contains(out, e.Manifest) {
				out = append(out, e.Manifest)
			}
		}
	}
	return out
}
