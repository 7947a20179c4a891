package ruletest

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/baseimage"
	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/registry"
)

// bases are the configurations of an example's base images: "registry.test/NAME"
// with any tag or digest. Other images are looked up in the built-in table.
type bases map[string]string

// Find implements dockerfile.Bases.
func (b bases) Find(ctx context.Context, wanted []dockerfile.BaseQuery) map[dockerfile.BaseQuery]dockerfile.BaseAnswer {
	out := baseimage.New(baseimage.Options{}).Find(ctx, wanted)
	for _, q := range wanted {
		name, ours := strings.CutPrefix(registry.Canonical(q.Ref), "registry.test/")
		text, known := b[name]
		if !ours || !known {
			continue
		}
		c := registry.Config{Raw: []byte(text), Digest: "sha256:" + strings.Repeat("d", 64)}
		c.Platform = registry.Platform{OS: "linux", Architecture: "amd64"}
		var said struct{ OS, Architecture string }
		if json.Unmarshal(c.Raw, &said) == nil && said.OS != "" {
			c.Platform = registry.Platform{OS: said.OS, Architecture: said.Architecture}
		}
		out[q] = baseimage.Decode(c, "registry.test")
	}
	return out
}
