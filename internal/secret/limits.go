package secret

// Limits on what is searched of one text.
const (
	// MaxFound bounds what is reported of one text.
	MaxFound = 1_000
	// MaxWindowBytes is what a stream is searched by at a time, MaxOverlapBytes
	// what two neighbouring parts have in common: no credential is longer.
	MaxWindowBytes  = 1 << 20
	MaxOverlapBytes = 32 << 10
	// MaxLineBytes bounds the line that an allow list is shown.
	MaxLineBytes = 8 << 10
	// MaxKeyStoreBytes bounds a PKCS #12 file that is opened without a password.
	MaxKeyStoreBytes = 1 << 20
)
