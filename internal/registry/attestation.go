package registry

import (
	"context"
	"slices"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// predicateType is the annotation by which BuildKit says what a statement holds.
// See https://docs.docker.com/build/metadata/attestations/attestation-storage/.
const predicateType = "in-toto.io/predicate-type"

// attested notes the statements of an attestation manifest. They are read when
// somebody wants them.
func (l *loader) attested(doc manifestDoc) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, d := range doc.Layers {
		if len(l.attestations) == MaxAttestations {
			return // they explain, and nothing is judged by them
		}
		l.attestations = append(l.attestations, Attestation{
			PredicateType: d.Annotations[predicateType], Digest: d.Digest.String(), Size: d.Size,
			Read: func(ctx context.Context) ([]byte, error) { return l.statement(ctx, d) },
		})
	}
	slices.SortFunc(l.attestations, func(a, b Attestation) int { return strings.Compare(a.Digest, b.Digest) })
}

func (l *loader) statement(ctx context.Context, d v1.Descriptor) ([]byte, error) {
	if d.Size > MaxStatementBytes {
		return nil, tooLarge(l.ref+" "+d.Digest.String(), "statement", MaxStatementBytes)
	}
	rc, err := l.store.blob(ctx, d)
	if err != nil {
		return nil, classify(l.ref, err)
	}
	defer rc.Close()
	raw, err := readLimited(rc, MaxStatementBytes, l.ref+" "+d.Digest.String(), "statement")
	if err != nil {
		return nil, err
	}
	return raw, verify(l.ref, d, raw)
}
