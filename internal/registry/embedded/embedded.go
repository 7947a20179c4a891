// Package embedded is an OCI registry in memory, for `tidewaiter demo` and for
// tests. It keeps nothing and asks for no login: bind it to loopback.
package embedded

import (
	"io"
	"log"
	"net/http"

	"github.com/google/go-containerregistry/pkg/registry"
)

// Handler returns an empty registry. With referrers it answers the referrers
// API of OCI 1.1; without, clients fall back to the tag schema.
func Handler(referrers bool) http.Handler {
	return registry.New(
		registry.Logger(log.New(io.Discard, "", 0)),
		registry.WithReferrersSupport(referrers),
	)
}
