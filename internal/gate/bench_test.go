package gate_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/tidewaiter/tidewaiter/internal/gate"
	"github.com/tidewaiter/tidewaiter/internal/registry"
)

// What a whole run over a real repository costs; TIDEWAITER_CORPUS names the
// folder that holds them.
func BenchmarkCheck(b *testing.B) {
	corpus := os.Getenv("TIDEWAITER_CORPUS")
	if corpus == "" {
		b.Skip("TIDEWAITER_CORPUS is not set")
	}
	for _, name := range []string{"podinfo", "microservices-demo", "opentelemetry-demo", "argo-rollouts"} {
		b.Run(name, func(b *testing.B) {
			env := gate.Env{Now: time.Now, Registry: registry.New(registry.Options{}), Version: "bench"}
			for b.Loop() {
				if _, err := gate.Run(context.Background(), env, gate.Options{Path: filepath.Join(corpus, name)}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
