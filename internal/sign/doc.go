// Package sign signs images whose verdict passes, and verifies signatures. It
// writes both layouts that verifiers read, a sigstore bundle as OCI referrer
// and the classic sha256-<hex>.sig, and says "signed" only after it has read
// both back and verified them.
//
// It is the one owner of sigstore, in-toto and go-securesystemslib. It signs
// nothing but a policy.Verdict that passed and covers the very content.
package sign
