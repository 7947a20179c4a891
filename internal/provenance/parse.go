package provenance

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// The types of predicate that are read: SLSA provenance, in the two versions that
// BuildKit writes. See https://slsa.dev/provenance/v0.2 and
// https://slsa.dev/spec/v1.0/provenance.
const (
	TypeV02 = "https://slsa.dev/provenance/v0.2"
	TypeV1  = "https://slsa.dev/provenance/v1"
)

// Build is how one image was built.
type Build struct {
	// Files are the Dockerfiles that steps point into.
	Files []File
	// Layers tells by the digest of a layer, as stored, which lines made it. It is
	// empty where the statement has BuildKit's mode "min".
	Layers map[string]Line
	// Bases are the images that the build took, with their digests.
	Bases []Base
}

// File is a Dockerfile as the builder read it.
type File struct{ Name, Text string }

// Line is a range of lines of one of a build's Files, 1-based; both ends count.
type Line struct {
	File, First, Last int
	// Below is true where the layer is not the highest of what the lines made: then
	// they made it only where they name an image that they start from. BuildKit
	// leaves out steps that another platform of the build has made already.
	Below bool
}

// Base is an image that a build took: "docker.io/library/debian:12" and its digest.
type Base struct{ Ref, Digest string }

// statement is the part of an in-toto statement that is read.
// See https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md.
type statement struct {
	PredicateType string `json:"predicateType"`
	Predicate     struct {
		Materials []material `json:"materials"`
		Metadata  struct {
			BuildKit metadata `json:"https://mobyproject.org/buildkit@v1#metadata"`
		} `json:"metadata"`
		BuildDefinition struct {
			Dependencies []material `json:"resolvedDependencies"`
		} `json:"buildDefinition"`
		RunDetails struct {
			Metadata struct {
				BuildKit metadata `json:"buildkit_metadata"`
			} `json:"metadata"`
		} `json:"runDetails"`
	} `json:"predicate"`
}

type material struct {
	URI    string            `json:"uri"`
	Digest map[string]string `json:"digest"`
}

// metadata is BuildKit's own part of a predicate.
// See https://docs.docker.com/build/metadata/attestations/slsa-definitions/.
type metadata struct {
	Source struct {
		Locations map[string]struct {
			Locations []location `json:"locations"`
		} `json:"locations"`
		Infos []struct {
			Filename string `json:"filename"`
			Data     []byte `json:"data"`
		} `json:"infos"`
	} `json:"source"`
	Layers map[string][][]struct {
		Digest string `json:"digest"`
	} `json:"layers"`
}

type location struct {
	SourceIndex int `json:"sourceIndex"`
	Ranges      []struct {
		Start struct {
			Line int `json:"line"`
		} `json:"start"`
		End struct {
			Line int `json:"line"`
		} `json:"end"`
	} `json:"ranges"`
}

// Parse reads an in-toto statement. One that holds no provenance of BuildKit gives a
// Build without files.
func Parse(raw []byte) (*Build, error) {
	if len(raw) > MaxBytes {
		return nil, fmt.Errorf("statement of %d bytes is over the limit of %d", len(raw), MaxBytes)
	}
	var s statement
	if err := json.Unmarshal(raw, &s); err != nil {
		return nil, fmt.Errorf("statement is no JSON that can be read: %w", err)
	}
	out := &Build{Layers: map[string]Line{}}
	m, taken := s.Predicate.Metadata.BuildKit, s.Predicate.Materials
	if s.PredicateType == TypeV1 {
		m, taken = s.Predicate.RunDetails.Metadata.BuildKit, s.Predicate.BuildDefinition.Dependencies
	}
	out.Bases = bases(taken)
	for _, f := range m.Source.Infos {
		if len(f.Data) > MaxFileBytes {
			return nil, fmt.Errorf("statement carries a Dockerfile of %d bytes, over the limit of %d", len(f.Data), MaxFileBytes)
		}
		out.Files = append(out.Files, File{f.Filename, string(f.Data)})
	}
	return out, out.locate(m)
}

// locate tells which lines made each layer: the last layer of a step's result is
// the step's own, those below it are of the steps before. The layers of an image
// that the build starts from have one step, which lists them all.
func (b *Build) locate(m metadata) error {
	if len(m.Layers) > MaxSteps || len(m.Source.Locations) > MaxSteps {
		return fmt.Errorf("statement has more than the limit of %d steps", MaxSteps)
	}
	height := map[string]int{} // of the step in whose result a layer was seen lowest
	for _, step := range slices.Sorted(maps.Keys(m.Layers)) {
		results := m.Layers[step]
		at, ok := b.line(m, step)
		for _, chain := range results {
			if len(chain) > MaxLayers {
				return fmt.Errorf("statement has a step of more than the limit of %d layers", MaxLayers)
			}
			for i, layer := range chain {
				// The step with the shortest result that holds a layer has made it.
				if h, seen := height[layer.Digest]; ok && (!seen || len(chain) < h) {
					at.Below = i < len(chain)-1
					height[layer.Digest], b.Layers[layer.Digest] = len(chain), at
				}
			}
		}
	}
	return nil
}

// line returns where a step stands. Steps are named "step3", their results
// "step3:0".
func (b *Build) line(m metadata, result string) (Line, bool) {
	step, _, _ := strings.Cut(result, ":")
	for _, l := range m.Source.Locations[step].Locations {
		if l.SourceIndex < 0 || l.SourceIndex >= len(b.Files) || len(l.Ranges) == 0 {
			continue
		}
		first, last := l.Ranges[0].Start.Line, l.Ranges[0].End.Line
		for _, r := range l.Ranges {
			first, last = min(first, r.Start.Line), max(last, r.End.Line)
		}
		if first > 0 && last >= first {
			return Line{File: l.SourceIndex, First: first, Last: last}, true
		}
	}
	return Line{}, false
}

// bases lists the images among what a build took, by their package URLs:
// "pkg:docker/debian@12?platform=linux%2Famd64".
func bases(taken []material) []Base {
	var out []Base
	for _, m := range taken {
		name, ok := strings.CutPrefix(m.URI, "pkg:docker/")
		digest := m.Digest["sha256"]
		if !ok || digest == "" {
			continue
		}
		name, _, _ = strings.Cut(name, "?")
		if i := strings.LastIndexByte(name, '@'); i >= 0 {
			name = name[:i] + ":" + name[i+1:]
		}
		if b := (Base{name, "sha256:" + digest}); !slices.Contains(out, b) {
			out = append(out, b)
		}
	}
	return out
}
