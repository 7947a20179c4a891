package sign

import (
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

// BundleOf makes a bundle whose statement has any predicate type.
func BundleOf(key *Key, digest, predicateType string) ([]byte, error) {
	return newBundleOf(key, digest, predicateType)
}

// CheckBundle is the parser of outside input that the fuzz target feeds.
var CheckBundle = checkBundle
