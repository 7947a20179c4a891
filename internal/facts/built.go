package facts

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/provenance"
	"github.com/tidewaiter/tidewaiter/internal/registry"
)

// statements are what builders say of an image.
type statements []*provenance.Build

// of returns the statement that speaks of a platform: the one that has a line for
// each of its layers. BuildKit leaves the subject out where the image had no name.
func (s statements) of(p *image.Platform) *provenance.Build {
	for _, built := range s {
		if len(p.Layers) > 0 && !slices.ContainsFunc(p.Layers, func(l *image.Layer) bool {
			_, known := built.Layers[l.Digest]
			return !known
		}) {
			return built
		}
	}
	return nil
}

// readStatements reads the provenance beside the images. It serves to find lines
// where the history finds fewer: one that cannot be read leaves the history's.
func readStatements(ctx context.Context, content *registry.Content) statements {
	var out statements
	read := 0
	for _, a := range content.Attestations {
		if a.PredicateType != provenance.TypeV02 && a.PredicateType != provenance.TypeV1 {
			continue
		}
		if read++; read > MaxStatements {
			break
		}
		raw, err := a.Read(ctx)
		if err != nil {
			continue
		}
		built, err := provenance.Parse(raw)
		if err != nil {
			continue
		}
		out = append(out, built)
	}
	return out
}

// fromProvenance traces the layers by what BuildKit wrote down while it built, where
// the Dockerfile that it read is one of the repository as it is now: then its lines
// are ours. It reports whether it could.
func (b *Build) fromProvenance(built *provenance.Build, files []*dockerfile.File) bool {
	if built == nil {
		return false
	}
	for index, f := range built.Files {
		i := slices.IndexFunc(files, func(d *dockerfile.File) bool { return d.Source.Text == f.Text })
		if i < 0 || b.Dockerfile != nil && b.Dockerfile != files[i] && b.Dockerfile.Source.Text != f.Text {
			continue
		}
		file := files[i]
		if b.Dockerfile != nil {
			file = b.Dockerfile
		}
		if b.byLines(built, index, file) {
			return true
		}
	}
	return false
}

// byLines takes the instructions of the layers from their lines, all or none.
func (b *Build) byLines(built *provenance.Build, index int, file *dockerfile.File) bool {
	made := make([]*dockerfile.Instruction, len(b.Platform.Layers))
	base := 0
	var target *dockerfile.Stage
	for i, l := range b.Platform.Layers {
		line, ok := built.Layers[l.Digest]
		if !ok || line.File != index {
			return false
		}
		in := instructionAt(file, line)
		switch {
		case in == nil, line.Below && in.Keyword != "FROM":
			return false
		case in.Keyword == "FROM":
			base = i + 1
		default:
			made[i], target = in, in.Stage
		}
	}
	if target == nil || base > 0 && slices.IndexFunc(made, func(in *dockerfile.Instruction) bool { return in != nil }) < base {
		return false
	}
	if b.Target == nil {
		b.Dockerfile, b.Target = file, target
	}
	b.Instructions, b.BaseLayers, b.Traced = made, base, TracedByProvenance
	return true
}

// instructionAt returns the instruction that begins within a range of lines.
func instructionAt(f *dockerfile.File, line provenance.Line) *dockerfile.Instruction {
	for in := range f.Instructions() {
		if at := in.Span.Start.Line; at >= line.First && at <= line.Last {
			return in
		}
	}
	return nil
}

// baseHeight tells how many of the lowest layers are those of the target's base
// image, by the digests of their contents; 0 where the base is not known or is not
// what the image stands on.
func baseHeight(p *image.Platform, target *dockerfile.Stage) int {
	base := root(target).Image
	if base == nil || !base.Full {
		return 0
	}
	return height(p, diffIDs(base.Raw))
}

// height is the number of layers where they are the image's lowest, else 0.
func height(p *image.Platform, lowest []string) int {
	if len(lowest) > len(p.Layers) {
		return 0
	}
	for i, id := range lowest {
		if p.Layers[i].DiffID != id {
			return 0
		}
	}
	return len(lowest)
}

// diffIDs are the digests of the layers that a configuration names.
// See https://github.com/opencontainers/image-spec/blob/main/config.md.
func diffIDs(config []byte) []string {
	var c struct {
		RootFS struct {
			DiffIDs []string `json:"diff_ids"`
		} `json:"rootfs"`
	}
	if json.Unmarshal(config, &c) != nil {
		return nil
	}
	return c.RootFS.DiffIDs
}

// joinBases finds what each build stands on by the digests of the layers: the base
// image as it was looked up, else another image of the run. What the history says
// of it gives way.
func joinBases(builds []*Build) {
	for _, b := range builds {
		if b.Target != nil && b.Traced != TracedByProvenance {
			if n := baseHeight(b.Platform, b.Target); n > 0 && (!b.Matched || b.lowest() >= n) {
				b.BaseLayers, b.BaseKnown = n, true
			}
		}
		for _, other := range builds {
			n := len(other.Platform.Layers)
			if other.Image == b.Image || n == 0 || n >= len(b.Platform.Layers) || height(b.Platform, layerIDs(other.Platform)) == 0 || b.lowest() < n {
				continue
			}
			if b.BaseBuild == nil || n > len(b.BaseBuild.Platform.Layers) {
				b.BaseBuild = other
			}
		}
		if b.BaseBuild != nil && (b.Target == nil || !b.BaseKnown) {
			b.BaseLayers, b.BaseKnown = len(b.BaseBuild.Platform.Layers), true
		}
	}
}

// lowest is the index of the lowest layer that an instruction is known to have made.
func (b *Build) lowest() int {
	for i, in := range b.Instructions {
		if in != nil {
			return i
		}
	}
	if b.Squashed {
		return len(b.Platform.Layers) - 1
	}
	return len(b.Platform.Layers)
}

func layerIDs(p *image.Platform) []string {
	var out []string
	for _, l := range p.Layers {
		out = append(out, l.DiffID)
	}
	return out
}
