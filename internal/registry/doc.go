// Package registry reads and writes OCI content: registries, OCI layouts and
// archives, docker archives and the Docker daemon. It resolves a reference to a
// digest once; everything after works on that digest.
//
// It is the one owner of github.com/google/go-containerregistry. It knows
// nothing of what an image holds.
package registry
