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

// pins answers for the images of an example that stand under base/: their
// digest is sha256:ddd…, and {"gone": true} is none any more.
func (b bases) pins(_ context.Context, refs []string) map[string]dockerfile.Pin {
	out := map[string]dockerfile.Pin{}
	for _, ref := range refs {
		r, err := registry.ParseRef(ref)
		text, known := b[strings.TrimPrefix(r.Repo(), "registry.test/")]
		if err != nil || !known {
			continue
		}
		var said struct{ Gone bool }
		pin := dockerfile.Pin{Gone: json.Unmarshal([]byte(text), &said) == nil && said.Gone}
		if r.Tag != "" && !pin.Gone {
			pin.Now = "sha256:" + strings.Repeat("d", 64)
		}
		out[ref] = pin
	}
	return out
}
