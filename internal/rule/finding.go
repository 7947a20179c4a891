package rule

import (
	"github.com/tidewaiter/tidewaiter/internal/advisory"
	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// Finding is one thing wrong with the user's project.
type Finding struct {
	// Rule is set by the Pass.
	Rule *Rule
	// Severity is the rule's where the check leaves it unset.
	Severity Severity
	// Message is one plain sentence, self-contained, without a full stop where it
	// is a phrase; it may hold text of the project, which every sink neutralises.
	Message string
	// At is the place a person can edit; the zero Span where there is none.
	At      source.Span
	Related []source.Related
	// Fix is what to do; Edits may be empty.
	Fix *Fix
	// Subject says what it is about: "Deployment/ns/name[container]", a PURL, a
	// stage name, a vulnerability ID is part of Key.
	Subject string
	// Key is the rule-local identity without lines, overlays or digests.
	Key string
	// Aliases are those of the rule's aliases whose checks find this very thing;
	// nil means all. A rule about packages of every language has one for each.
	Aliases []string
	// Object, Image, Package and Vulnerability are set where they apply.
	Object        *ObjectRef
	Image         *ImageRef
	Package       *image.Package
	Vulnerability *advisory.Vulnerability
	// Fixed is the version that repairs Package, "" where there is none.
	Fixed string
}

// Fix is a remedy: one line in words and, where the tool can do it, edits.
type Fix struct {
	Title string
	Edits []source.Edit
	// Write makes Edits where they are asked for; nil where Edits says all. To find
	// where a manifest's field is written takes longer than to find the fault.
	Write func() []source.Edit
	// Field is the one field that the edits may change in what is rendered; the
	// finding's own where it is not set.
	Field manifest.Field
	// Lookup is the edit that only a digest is missing for, nil where there is
	// none or where Edits says all.
	Lookup *Lookup
}

// Changes returns the field that the finding's edits may change.
func (f Finding) Changes() (manifest.Field, bool) {
	switch {
	case f.Fix != nil && f.Fix.Field.Object() != nil:
		return f.Fix.Field, true
	case f.Object != nil && f.Object.field.Object() != nil:
		return f.Object.field, true
	}
	return manifest.Field{}, false
}

// ObjectRef names a Kubernetes object and field in a finding.
type ObjectRef struct {
	APIVersion, Kind, Namespace, Name, Container, Field string
	// Overlays are the folders of the kustomization roots that render it, sorted.
	Overlays []string

	field manifest.Field
}

// ImageRef names an image, and the layer the finding is about.
type ImageRef struct {
	Ref, Digest, Platform string
	// Layer is the layer's digest (or diffID), "" where no layer is meant.
	Layer string
	// Instruction is the line that made the layer; the zero Span for unknown.
	Instruction source.Span
}

// RefObject makes an ObjectRef of a field of an object.
func RefObject(f manifest.Field, container string) *ObjectRef {
	return RefField(f, f.Path(), container)
}

// RefField is RefObject where the field's path is known already.
func RefField(f manifest.Field, path, container string) *ObjectRef {
	o := f.Object()
	ref := &ObjectRef{APIVersion: o.APIVersion, Kind: o.Kind, Namespace: o.Namespace, Name: o.Name, Container: container, Field: path, field: f}
	if o.Render != nil && o.Render.Kustomize {
		ref.Overlays = []string{o.Render.Dir}
	}
	return ref
}

// fromTemplate reports whether another program has rendered the object.
func (o *ObjectRef) fromTemplate() bool {
	return o != nil && o.field.Object() != nil && o.field.Object().Render != nil && o.field.Object().Render.Rendered != ""
}

// RefImage makes an ImageRef of a build and a layer index, -1 for no layer.
func RefImage(b *facts.Build, layer int) *ImageRef {
	ref := &ImageRef{Ref: b.Image.Ref, Digest: b.Image.Resolved.Digest, Platform: b.Platform.Platform.String()}
	if layer >= 0 && layer < len(b.Platform.Layers) {
		l := b.Platform.Layers[layer]
		if ref.Layer = l.Digest; ref.Layer == "" {
			ref.Layer = l.DiffID
		}
		ref.Instruction = b.LayerSpan(layer)
	}
	return ref
}
