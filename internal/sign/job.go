package sign

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/tidewaiter/tidewaiter/internal/registry"
)

// job brings both signatures of one image into a registry: it looks what is
// there, writes what is missing, and looks again until nothing is.
type job struct {
	at      registry.Resolved
	reg     *registry.Client
	key     *PublicKey
	bundle  referrer
	classic legacy
	receipt Receipt
}

func newJob(at registry.Resolved, reg *registry.Client, key *Key) (*job, error) {
	bundle, err := newBundle(key, at.Digest)
	if err != nil {
		return nil, err
	}
	j := &job{at: at, reg: reg, key: key.public}
	if j.bundle, err = newReferrer(at, bundle); err != nil {
		return nil, err
	}
	if j.classic, err = newLegacy(key, at); err != nil {
		return nil, err
	}
	j.receipt = Receipt{Subject: at.Reference(), Bundle: Layout{Digest: j.bundle.entry.Digest}}
	return j, nil
}

// run ends with a receipt only after a look at the registry has found both
// signatures, whole and valid.
func (j *job) run(ctx context.Context) (Receipt, error) {
	for round := 0; ; round++ {
		have, err := j.look(ctx)
		if err != nil {
			return Receipt{}, err
		}
		if have.bundleMissing == nil && have.classicMissing == nil {
			j.receipt.Legacy.Digest = have.set.digest
			return j.receipt, nil
		}
		if round == rounds {
			return Receipt{}, fmt.Errorf("%s: the signatures were written but cannot be verified: %w",
				j.at.Reference(), errors.Join(have.bundleMissing, have.classicMissing))
		}
		if round > 0 {
			// What was written did not stay: another writer, or a slow registry.
			if err := pause(ctx, roundPause<<(round-1)); err != nil {
				return Receipt{}, err
			}
		}
		if err := j.write(ctx, have, round); err != nil {
			return Receipt{}, err
		}
	}
}

// found is what a look at the registry found.
type found struct {
	// bundleMissing and classicMissing say what is wrong with a signature, nil
	// where it is there and valid.
	bundleMissing, classicMissing error
	// api is true where the registry answers the referrers API.
	api bool
	// set are the classic signatures there are.
	set signatureSet
}

// look reads back and verifies. Its error is about the registry; what is
// missing or wrong is in found.
func (j *job) look(ctx context.Context) (found, error) {
	var f found
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() (err error) {
		f.api, f.bundleMissing, err = j.bundle.look(ctx, j.reg, j.key)
		return err
	})
	g.Go(func() (err error) {
		f.set, f.classicMissing, err = j.classic.look(ctx, j.reg, j.key)
		return err
	})
	err := g.Wait()
	return f, err
}

// write stores what is missing, the classic signature, which most verifiers
// look for, last.
func (j *job) write(ctx context.Context, have found, round int) error {
	if round == 0 {
		if err := present(ctx, j.reg, j.at); err != nil {
			return err
		}
	}
	if have.bundleMissing != nil {
		j.receipt.Bundle.New = true
		// A registry that has the API but did not list what was written keeps no
		// list, whatever it answers.
		if err := j.bundle.write(ctx, j.reg, have.api && round == 0); err != nil {
			return fmt.Errorf("write the bundle: %w", err)
		}
	}
	if have.classicMissing != nil {
		j.receipt.Legacy.New = true
		if err := j.classic.write(ctx, j.reg, have.set); err != nil {
			return fmt.Errorf("write the classic signature: %w", err)
		}
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
