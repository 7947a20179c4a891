package sign

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/registry"
)

// signatureSet is a .sig manifest, the zero value one that is not there. What
// is in it beside the layers is kept as found.
type signatureSet struct {
	digest string
	fields map[string]json.RawMessage
	config registry.Descriptor
	layers []registry.Descriptor
}

func readSignatureSet(m registry.Resolved) (signatureSet, error) {
	s := signatureSet{digest: m.Digest}
	var a artifact
	err := json.Unmarshal(m.Raw, &s.fields)
	if err == nil {
		err = json.Unmarshal(m.Raw, &a)
	}
	switch {
	case err != nil:
	case m.MediaType != registry.ManifestMediaType:
		err = fmt.Errorf("it is %s", m.MediaType)
	case len(a.Layers) >= MaxSignatures:
		err = fmt.Errorf("it is full: %d signatures, the limit is %d", len(a.Layers), MaxSignatures)
	}
	if err != nil {
		return signatureSet{}, fmt.Errorf("the tag of the classic signatures holds %s, which cannot be added to (%w); delete the tag and sign anew", m.Reference(), err)
	}
	s.config, s.layers = a.Config, a.Layers
	return s, nil
}

// with returns the manifest and configuration of the set with one more layer.
// A layer that has the same payload and signature, but was found damaged, is
// not listed twice.
func (s signatureSet) with(ctx context.Context, reg *registry.Client, repo string, layer registry.Descriptor) (manifest, config []byte, err error) {
	fields := map[string]json.RawMessage{"schemaVersion": []byte("2"), "mediaType": quoted(registry.ManifestMediaType)}
	conf := map[string]json.RawMessage{"architecture": quoted(""), "os": quoted(""), "config": []byte("{}")}
	if s.digest != "" {
		fields = s.fields
		if conf, err = readConfig(ctx, reg, repo, s.config.Digest); err != nil {
			return nil, nil, err
		}
	}
	layers := slices.Clone(s.layers)
	if !slices.ContainsFunc(layers, func(d registry.Descriptor) bool {
		return d.Digest == layer.Digest && d.Annotations[signatureAnnotation] == layer.Annotations[signatureAnnotation]
	}) {
		layers = append(layers, layer)
	}
	// A payload is stored as it is, so its digest is its diff ID.
	diffIDs := make([]string, len(layers))
	for i, l := range layers {
		diffIDs[i] = l.Digest
	}
	if config, err = withField(conf, "rootfs", map[string]any{"type": "layers", "diff_ids": diffIDs}); err != nil {
		return nil, nil, err
	}
	if _, err = withField(fields, "config", describe(configType, config)); err != nil {
		return nil, nil, err
	}
	manifest, err = withField(fields, "layers", layers)
	return manifest, config, err
}

func readConfig(ctx context.Context, reg *registry.Client, repo, digest string) (map[string]json.RawMessage, error) {
	raw, err := reg.GetBlob(ctx, repo, digest, registry.MaxConfigBytes)
	if err != nil {
		return nil, fmt.Errorf("configuration of the classic signatures: %w", err)
	}
	var conf map[string]json.RawMessage
	if err := json.Unmarshal(raw, &conf); err != nil {
		return nil, fmt.Errorf("configuration of the classic signatures: %w", err)
	}
	delete(conf, "history") // speaks of layers by count
	return conf, nil
}

// withField sets a field and returns the document, keys sorted.
func withField(doc map[string]json.RawMessage, name string, value any) ([]byte, error) {
	raw, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	doc[name] = raw
	return json.Marshal(doc)
}

func quoted(s string) json.RawMessage { return json.RawMessage(`"` + s + `"`) }
