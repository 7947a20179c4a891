package registry

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// Config is the configuration of one image of a reference.
type Config struct {
	// Digest is that of the manifest or index which the reference names.
	Digest string
	// Platform is the image's, which differs from the one asked for where the
	// reference names a single image.
	Platform Platform
	// Raw is the configuration as stored, its digest verified.
	Raw []byte
}

// Config reads the configuration of one platform ("linux/arm64") of a reference,
// and none of its layers.
func (c *Client) Config(ctx context.Context, ref, platform string) (Config, error) {
	s, err := c.store(ctx, ref)
	if err != nil {
		return Config{}, err
	}
	defer s.close()
	out, err := configOf(ctx, s, ref, platform)
	return out, classify(ref, err)
}

func configOf(ctx context.Context, s store, ref, platform string) (Config, error) {
	d, raw, err := s.root(ctx)
	if err != nil {
		return Config{}, err
	}
	out := Config{Digest: d.Digest.String()}
	var said *v1.Platform
	for depth := 0; ; depth++ {
		if err := verify(ref, d, raw); err != nil {
			return Config{}, err
		}
		doc, err := parseManifest(ref, d, raw)
		if err != nil {
			return Config{}, err
		}
		if !doc.isIndex() {
			return out.read(ctx, s, ref, doc, said)
		}
		if depth >= MaxIndexDepth {
			return Config{}, failure(ref, TooLarge, "", "indexes nest deeper than the limit of %d", MaxIndexDepth)
		}
		child, ok := choosePlatform(doc.Manifests, platform)
		if !ok {
			return Config{}, failure(ref, NotFound, "", "it has no image for %s", platform)
		}
		said = child.Platform
		if raw, err = readManifest(ctx, s, ref, child); err != nil {
			return Config{}, err
		}
		d = child
	}
}

// read fetches the configuration that a manifest names.
func (c Config) read(ctx context.Context, s store, ref string, doc manifestDoc, said *v1.Platform) (Config, error) {
	raw, err := readConfig(ctx, s, ref, doc.Config)
	if err != nil {
		return Config{}, err
	}
	var f configFacts
	if err := json.Unmarshal(raw, &f); err != nil {
		return Config{}, failure(ref, Malformed, "", "configuration %s is not JSON: %v", doc.Config.Digest, err)
	}
	c.Platform, c.Raw = f.platform(said), raw
	return c, nil
}

// choosePlatform returns the entry of an index for a platform: the same variant
// where one is named, else the one without, else the newest.
func choosePlatform(entries []v1.Descriptor, platform string) (v1.Descriptor, bool) {
	want := strings.SplitN(platform+"//", "/", 4)
	var found []v1.Descriptor
	for _, d := range entries {
		if p := d.Platform; p != nil && p.OS == want[0] && (p.Architecture == want[1] || want[1] == "") {
			found = append(found, d)
		}
	}
	if len(found) == 0 {
		if len(entries) == 1 && entries[0].Platform == nil {
			return entries[0], true
		}
		return v1.Descriptor{}, false
	}
	for _, variant := range []string{want[2], "", "v8"} {
		if i := slices.IndexFunc(found, func(d v1.Descriptor) bool { return d.Platform.Variant == variant }); i >= 0 {
			return found[i], true
		}
	}
	return found[len(found)-1], true
}
