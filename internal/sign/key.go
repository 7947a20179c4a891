package sign

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/secure-systems-lab/go-securesystemslib/encrypted"
)

// PEM types of cosign's key files.
const (
	sigstorePEM = "ENCRYPTED SIGSTORE PRIVATE KEY"
	cosignPEM   = "ENCRYPTED COSIGN PRIVATE KEY"
	publicPEM   = "PUBLIC KEY"
)

// PasswordVariable is where the password of a key file is looked for, as in
// cosign.
const PasswordVariable = "COSIGN_PASSWORD"

// Key signs. Make one with LoadKey, ParseKey or GenerateKey.
type Key struct {
	private *ecdsa.PrivateKey
	public  *PublicKey
}

// Public returns the key that verifies.
func (k *Key) Public() *PublicKey { return k.public }

// sign returns the ECDSA signature over sha256 of data. Its nonce is that of
// RFC 6979, so that signing twice gives the same bytes, and a second run finds
// its work done.
func (k *Key) sign(data []byte) ([]byte, error) {
	sum := sha256.Sum256(data)
	return k.private.Sign(nil, sum[:], crypto.SHA256)
}

// PublicKey verifies. Make one with LoadPublicKey or ParsePublicKey.
type PublicKey struct {
	key  *ecdsa.PublicKey
	hint string
}

func newPublicKey(key *ecdsa.PublicKey) (*PublicKey, error) {
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(der)
	return &PublicKey{key: key, hint: base64.StdEncoding.EncodeToString(sum[:])}, nil
}

// PEM writes the key as `cosign generate-key-pair` writes cosign.pub.
func (p *PublicKey) PEM() ([]byte, error) {
	der, err := x509.MarshalPKIXPublicKey(p.key)
	return pem.EncodeToMemory(&pem.Block{Type: publicPEM, Bytes: der}), err
}

// verify reports whether sig is the key's signature over data.
func (p *PublicKey) verify(data, sig []byte) bool {
	sum := sha256.Sum256(data)
	return ecdsa.VerifyASN1(p.key, sum[:], sig)
}

// KeyError is a key that cannot be used, with the next step.
type KeyError struct {
	// Key is the file or variable it came from.
	Key, Detail, Hint string
	Err               error
}

// Error returns "key: detail; hint".
func (e *KeyError) Error() string {
	s := e.Key + ": " + e.Detail
	if e.Hint != "" {
		s += "; " + e.Hint
	}
	return s
}

// Unwrap returns the cause.
func (e *KeyError) Unwrap() error { return e.Err }

// LoadKey reads a private key from a file or from "env://VARIABLE". The
// password is taken from PasswordVariable; env looks variables up.
func LoadKey(name string, env func(string) string) (*Key, error) {
	b, err := readKey(name, env)
	if err != nil {
		return nil, err
	}
	return ParseKey(name, b, []byte(env(PasswordVariable)))
}

// LoadPublicKey reads a public key as LoadKey does.
func LoadPublicKey(name string, env func(string) string) (*PublicKey, error) {
	b, err := readKey(name, env)
	if err != nil {
		return nil, err
	}
	return ParsePublicKey(name, b)
}

const envScheme = "env://"

func readKey(name string, env func(string) string) ([]byte, error) {
	if variable, ok := strings.CutPrefix(name, envScheme); ok {
		value := env(variable)
		if value == "" {
			return nil, &KeyError{Key: name, Detail: "the variable is empty", Hint: "set it to the text of the key file"}
		}
		return []byte(value), nil
	}
	if scheme, _, ok := strings.Cut(name, "://"); ok {
		return nil, &KeyError{Key: name, Detail: "keys of the kind " + scheme + ":// are not supported",
			Hint: "give a key file, or env://VARIABLE"}
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, &KeyError{Key: name, Detail: "cannot be read: " + err.Error(), Err: err,
			Hint: "make one with `cosign generate-key-pair`, or give env://VARIABLE"}
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, MaxKeyBytes+1))
	if err != nil {
		return nil, &KeyError{Key: name, Detail: "cannot be read: " + err.Error(), Err: err}
	}
	if len(b) > MaxKeyBytes {
		return nil, &KeyError{Key: name, Detail: fmt.Sprintf("larger than the limit of %d bytes for a key", MaxKeyBytes)}
	}
	return b, nil
}

// ParseKey decrypts a private key in cosign's format: PEM around a scrypt and
// secretbox envelope around PKCS #8. name is for messages. Plain keys are
// refused.
func ParseKey(name string, text, password []byte) (*Key, error) {
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, &KeyError{Key: name, Detail: "not a key: no PEM block", Hint: "give the cosign.key that `cosign generate-key-pair` made"}
	}
	switch block.Type {
	case sigstorePEM, cosignPEM:
	case publicPEM:
		return nil, &KeyError{Key: name, Detail: "a public key cannot sign", Hint: "give the private one (cosign.key)"}
	default:
		return nil, &KeyError{Key: name, Detail: "is an unencrypted or foreign key (" + block.Type + ")",
			Hint: "encrypt it with `cosign import-key-pair --key FILE`"}
	}
	der, err := decrypt(name, block.Bytes, password)
	if err != nil {
		return nil, err
	}
	parsed, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, &KeyError{Key: name, Detail: "the decrypted key is not PKCS #8", Err: err}
	}
	private, ok := parsed.(*ecdsa.PrivateKey)
	if !ok || private.Curve != elliptic.P256() {
		return nil, unsupported(name, parsed)
	}
	public, err := newPublicKey(&private.PublicKey)
	if err != nil {
		return nil, &KeyError{Key: name, Detail: "not a valid key", Err: err}
	}
	return &Key{private: private, public: public}, nil
}

func decrypt(name string, envelope, password []byte) ([]byte, error) {
	if !json.Valid(envelope) {
		return nil, &KeyError{Key: name, Detail: "the key's encrypted envelope is damaged", Hint: "restore the file"}
	}
	der, err := encrypted.Decrypt(envelope, password)
	if err == nil {
		return der, nil
	}
	detail := "wrong password"
	switch {
	case !strings.Contains(err.Error(), "decryption failed"):
		return nil, &KeyError{Key: name, Detail: "the key's encrypted envelope is damaged: " + err.Error(), Err: err, Hint: "restore the file"}
	case len(password) == 0:
		detail = "the key is encrypted and no password was given"
	}
	return nil, &KeyError{Key: name, Detail: detail, Err: err, Hint: "set " + PasswordVariable}
}

// ParsePublicKey reads a PEM public key. name is for messages.
func ParsePublicKey(name string, text []byte) (*PublicKey, error) {
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, &KeyError{Key: name, Detail: "not a key: no PEM block", Hint: "give the cosign.pub beside the private key"}
	}
	if block.Type != publicPEM {
		return nil, &KeyError{Key: name, Detail: "is " + block.Type + ", not a public key", Hint: "give the cosign.pub beside the private key"}
	}
	parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, &KeyError{Key: name, Detail: "not a public key: " + err.Error(), Err: err}
	}
	key, ok := parsed.(*ecdsa.PublicKey)
	if !ok || key.Curve != elliptic.P256() {
		return nil, unsupported(name, parsed)
	}
	return newPublicKey(key)
}

func unsupported(name string, key any) *KeyError {
	kind := strings.TrimPrefix(fmt.Sprintf("%T", key), "*")
	return &KeyError{Key: name, Detail: "a key of the kind " + kind + " is not supported, or its curve is not P-256",
		Hint: "use ECDSA P-256, as `cosign generate-key-pair` makes", Err: errors.ErrUnsupported}
}

// GenerateKey makes a key pair in the form of `cosign generate-key-pair`.
func GenerateKey(password []byte) (privatePEM, publicKeyPEM []byte, err error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return nil, nil, err
	}
	envelope, err := encrypted.Encrypt(der, password)
	if err != nil {
		return nil, nil, err
	}
	public, err := x509.MarshalPKIXPublicKey(&private.PublicKey)
	if err != nil {
		return nil, nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: sigstorePEM, Bytes: envelope}),
		pem.EncodeToMemory(&pem.Block{Type: publicPEM, Bytes: public}), nil
}
