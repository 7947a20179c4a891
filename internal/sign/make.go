package sign

import (
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"

	"github.com/tidewaiter/tidewaiter/internal/registry"
)

// make signs everything, once: the evidence, then the verdict that names it, then
// the images. Nothing has been written before all of it is there.
func (j *job) make(ctx context.Context) error {
	if j.verdict != nil {
		return nil
	}
	g, gctx := errgroup.WithContext(ctx)
	for i := range j.evidence {
		g.Go(func() (err error) {
			j.evidence[i].bundle, err = j.signer.bundle(gctx, j.evidence[i].statement)
			return err
		})
	}
	for _, p := range j.places {
		g.Go(func() error { return p.sign(gctx, j.signer) })
	}
	if err := g.Wait(); err != nil {
		return err
	}
	for i := range j.evidence {
		if err := j.attach(i); err != nil {
			return err
		}
	}
	verdict, err := j.signVerdict(ctx)
	if err != nil {
		return err
	}
	for _, p := range j.places {
		r, err := newReferrer(p.at, VerdictType, verdict)
		if err != nil {
			return err
		}
		// The signature is the last of them.
		p.refs = append(p.refs[1:], r, p.refs[0])
	}
	j.verdict = verdict
	j.receipt.Bundle.New, j.receipt.Legacy.New = true, j.signer.classicToo()
	return nil
}

// sign makes both signatures of a place; the bundle is the first of its referrers.
func (p *place) sign(ctx context.Context, signer Signer) error {
	s, err := signatureStatement(p.at.Digest)
	if err != nil {
		return err
	}
	bundle, err := signer.bundle(ctx, s)
	if err != nil {
		return err
	}
	r, err := newReferrer(p.at, PredicateType, bundle)
	if err != nil {
		return err
	}
	p.refs = []referrer{r}
	if !signer.classicToo() {
		return nil
	}
	p.classic, err = newLegacy(ctx, signer, p.at)
	return err
}

// attach puts a piece of evidence to the image that it is about, and its digest
// into the verdict.
func (j *job) attach(i int) error {
	e := j.evidence[i]
	for _, p := range j.places {
		if p.at.Digest != e.Digest {
			continue
		}
		r, err := newReferrer(p.at, e.Type, e.bundle)
		if err != nil {
			return err
		}
		p.refs = append(p.refs, r)
		j.vsa.Gate.Evidence[i].Manifest = r.entry.Digest
		j.vsa.Inputs = append(j.vsa.Inputs, resource{URI: "oci:" + p.at.Repo + "@" + r.entry.Digest, Digest: map[string]string{"sha256": hexOf(r.entry.Digest)}})
		return nil
	}
	return fmt.Errorf("evidence of the type %s is about %s, which is not being signed", e.Type, e.Digest)
}

// signVerdict signs the verdict; its subjects are the whole and its platforms.
func (j *job) signVerdict(ctx context.Context) ([]byte, error) {
	predicate, err := marshal(j.vsa)
	if err != nil {
		return nil, err
	}
	digests := []string{j.root.Digest}
	for _, p := range j.places[:len(j.places)-1] {
		digests = append(digests, p.at.Digest)
	}
	s, err := newStatement(VerdictType, predicate, digests...)
	if err != nil {
		return nil, err
	}
	return j.signer.bundle(ctx, s)
}

// write stores the referrers of a place that its list does not hold. A registry
// that does not list them is given the list of the tag schema, all at once: the
// fewer writes, the fewer are lost to others.
func (p *place) write(ctx context.Context, reg *registry.Client, round int) error {
	var missing []referrer
	for _, r := range p.refs {
		if !contains(p.have.listed, r.entry.Digest) {
			missing = append(missing, r)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	listed, err := p.store(ctx, reg, missing)
	if err != nil {
		return fmt.Errorf("write the bundles: %w", err)
	}
	if listed && round == 0 {
		return nil // by the registry's own word; the look will tell
	}
	all, api, err := reg.ReferrersByAPI(ctx, p.at.Repo, p.at.Digest)
	if err != nil {
		return fmt.Errorf("list the signatures there are: %w", err)
	}
	if holdsAll(all, missing) {
		p.fresh = all
		return nil
	}
	if api && round == 0 && len(all) > 0 {
		return nil // it keeps a list and is slow
	}
	if all, err = reg.ReferrersByTag(ctx, p.at.Repo, p.at.Digest); err != nil {
		return fmt.Errorf("list the signatures there are: %w", err)
	}
	p.byTag = true
	for _, r := range missing {
		if !contains(all, r.entry.Digest) {
			all = append(all, r.entry)
		}
	}
	if err := reg.PutReferrersByTag(ctx, p.at.Repo, p.at.Digest, all); err != nil && !registry.IsNotFound(err) {
		// Not found is a manifest of the list: one that did not stay is written again.
		return fmt.Errorf("list the bundles under the tag %s, which registries without OCI's referrers need: %w", registry.FallbackTag(p.at.Digest), err)
	}
	return nil
}

// store uploads bundles and their manifests, side by side.
func (p *place) store(ctx context.Context, reg *registry.Client, refs []referrer) (listed bool, err error) {
	if _, err := reg.PutBlob(ctx, p.at.Repo, emptyConfig); err != nil {
		return false, err
	}
	yes := make([]bool, len(refs))
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(placesAtOnce)
	for i, r := range refs {
		g.Go(func() (err error) {
			yes[i], err = r.write(gctx, reg)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return false, err
	}
	for _, y := range yes {
		if !y {
			return false, nil
		}
	}
	return true, nil
}

func holdsAll(list []registry.Descriptor, refs []referrer) bool {
	for _, r := range refs {
		if !contains(list, r.entry.Digest) {
			return false
		}
	}
	return true
}
