package sign

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
)

// NewKey makes a key without the deliberate slowness of a key file.
func NewKey() (*Key, error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	public, err := newPublicKey(&private.PublicKey)
	return &Key{private: private, public: public}, err
}

// BundleOf makes a bundle whose statement has any predicate.
func BundleOf(signer Signer, predicateType, predicate string, digests ...string) ([]byte, error) {
	s, err := newStatement(predicateType, []byte(predicate), digests...)
	if err != nil {
		return nil, err
	}
	return signer.bundle(context.Background(), s)
}

// CheckBundle is the parser of outside input that the fuzz target feeds.
func CheckBundle(raw []byte, digest string, trust Trust) error {
	_, err := trust.checkBundle(raw, digest)
	return err
}

// CheckClassic is the parser of annotations that the fuzz target feeds.
func CheckClassic(trust Trust, annotations map[string]string) error {
	return trust.checkClassic([]byte("{}"), annotations)
}
