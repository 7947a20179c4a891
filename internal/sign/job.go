package sign

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/tidewaiter/tidewaiter/internal/policy"
	"github.com/tidewaiter/tidewaiter/internal/registry"
)

// job brings the signatures, the verdict and its evidence into a registry: it
// looks what is there, writes what is missing, and looks again until nothing
// is. What two jobs write at a time differs in the verdict's time alone, and
// the older one stays.
type job struct {
	reg    *registry.Client
	signer Signer
	trust  Trust
	about  About
	vsa    *vsa
	// root is what was judged; places are its platforms, if it is an index, and
	// then itself, so that the whole is signed last.
	root     registry.Resolved
	places   []*place
	evidence []signable
	// verdict is this run's own, signed, nil until it is needed.
	verdict []byte
	receipt Receipt
}

// place is one manifest that signatures are attached to.
type place struct {
	at registry.Resolved
	// refs and classic are what is to be there; made when first needed.
	refs    []referrer
	classic legacy
	have    found
	// fresh is the list of referrers as a write has just seen it.
	fresh []registry.Descriptor
	// byTag is true where the registry keeps no list of referrers itself.
	byTag bool
}

// signable is a piece of evidence as a statement.
type signable struct {
	Evidence
	statement []byte
	bundle    []byte
}

func newJob(ctx context.Context, v policy.Verdict, at registry.Resolved, reg *registry.Client, signer Signer, about About) (*job, error) {
	trust, err := signer.prepare(ctx)
	if err != nil {
		return nil, err
	}
	j := &job{reg: reg, signer: signer, trust: trust, about: about, root: at, vsa: newVSA(v, at, about)}
	for _, p := range about.Platforms {
		if p.Digest != at.Digest {
			p.Repo = at.Repo
			j.places = append(j.places, &place{at: p})
		}
	}
	j.places = append(j.places, &place{at: at})
	for _, e := range about.Evidence {
		s, err := newStatement(e.Type, e.Predicate, e.Digest)
		if err != nil {
			return nil, err
		}
		j.evidence = append(j.evidence, signable{Evidence: e, statement: s})
		j.vsa.Gate.Evidence = append(j.vsa.Gate.Evidence, EvidenceRef{Type: e.Type, Subject: e.Digest, Statement: sum(s)})
	}
	j.receipt = Receipt{Subject: at.Reference()}
	return j, nil
}

// run ends with a receipt only after a look at the registry has found
// everything, whole and valid.
func (j *job) run(ctx context.Context) (Receipt, error) {
	for round := 0; ; round++ {
		if err := j.look(ctx, round > 0); err != nil {
			return Receipt{}, err
		}
		missing := j.missing()
		if missing == nil {
			return j.receipt, j.prune(ctx)
		}
		if round == rounds {
			return Receipt{}, fmt.Errorf("%s: the signatures were written but cannot be verified: %w", j.root.Reference(), missing)
		}
		if round > 0 {
			// What was written did not stay: another writer, or a slow registry.
			if err := pause(ctx, roundPause<<(round-1)); err != nil {
				return Receipt{}, err
			}
		}
		if err := j.write(ctx, round); err != nil {
			return Receipt{}, err
		}
	}
}

// each calls f for every place: the platforms side by side, then the whole.
func (j *job) each(ctx context.Context, f func(context.Context, *place) error) error {
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(placesAtOnce)
	last := len(j.places) - 1
	for _, p := range j.places[:last] {
		g.Go(func() error { return f(gctx, p) })
	}
	if err := g.Wait(); err != nil {
		return err
	}
	return f(ctx, j.places[last])
}

// look reads what each place holds. After a write everything is read; before,
// the classic signature, which is written last, tells whether there is more.
func (j *job) look(ctx context.Context, written bool) error {
	return j.each(ctx, func(ctx context.Context, p *place) error {
		listed := p.fresh
		p.have, p.fresh = found{}, nil
		if !j.signer.classicToo() {
			return p.lookReferrers(ctx, j, listed)
		}
		var err error
		if p.have.set, p.have.classicMissing, err = lookClassic(ctx, j.reg, p.at, j.trust); err != nil {
			return err
		}
		if p.have.classicMissing != nil && !written {
			p.have.signatureMissing = rejected("the registry has no classic signature, which is written last")
			return nil
		}
		return p.lookReferrers(ctx, j, listed)
	})
}

// missing says what is not there yet, nil where all is; the verdict that counts
// and the receipt are set then.
func (j *job) missing() error {
	var all []error
	for _, p := range j.places {
		all = append(all, p.have.signatureMissing, p.have.classicMissing)
	}
	if err := errors.Join(all...); err != nil {
		return err
	}
	root := j.places[len(j.places)-1]
	kept := j.keep(root)
	if kept == nil {
		return fmt.Errorf("%s bears no verdict of this run with all its evidence", root.at.Reference())
	}
	j.receipt.Bundle.Digest, j.receipt.Legacy.Digest, j.receipt.Verdict.Digest = root.have.signature, root.have.set.digest, kept.digest
	j.receipt.Evidence = kept.vsa.Gate.Evidence
	j.receipt.Verdict.New = bytes.Equal(kept.bundle, j.verdict)
	for _, p := range j.places {
		if n := len(p.have.listed); n > manyReferrers {
			j.receipt.Warnings = append(j.receipt.Warnings, fmt.Sprintf("%s bears %d referrers; admission controllers stop reading at 50: delete superseded ones", p.at.Reference(), n))
		}
	}
	return nil
}

// write stores what is missing, the classic signature, which most verifiers
// look for, last.
func (j *job) write(ctx context.Context, round int) error {
	if round == 0 {
		for _, p := range j.places {
			if err := present(ctx, j.reg, p.at); err != nil {
				return err
			}
		}
	}
	if err := j.make(ctx); err != nil {
		return err
	}
	return j.each(ctx, func(ctx context.Context, p *place) error {
		if err := p.write(ctx, j.reg, round); err != nil {
			return err
		}
		if p.have.classicMissing == nil {
			return nil
		}
		if err := p.classic.write(ctx, j.reg, p.have.set); err != nil {
			return fmt.Errorf("write the classic signature: %w", err)
		}
		return nil
	})
}

// present checks that the registry holds what is to be signed: registries take
// signatures of what they do not have.
func present(ctx context.Context, reg *registry.Client, at registry.Resolved) error {
	ok, err := reg.HasManifest(ctx, at.Repo, at.Digest)
	if err != nil {
		return fmt.Errorf("look for what is to be signed: %w", err)
	}
	if !ok {
		return &registry.Error{Ref: at.Reference(), Reason: registry.NotFound,
			Detail: "the registry does not hold what is to be signed", Hint: "push it first"}
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
