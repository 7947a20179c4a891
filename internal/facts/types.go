package facts

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/advisory"
	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// Project is the whole world a rule may look at.
type Project struct {
	Repo        *source.Repo
	Dockerfiles []*dockerfile.File
	// Inputs are what the builds of the Dockerfiles take from outside, in the order
	// of the files.
	Inputs []Input
	// Pins are what became of digests, by qualified reference; empty unless asked for.
	Pins    map[string]dockerfile.Pin
	Renders []*manifest.Render
	// Manifests are the files with another text than the repository's, by their
	// paths, see WithManifests.
	Manifests map[string]*source.File
	Images    []*image.Image
	// Builds join Dockerfile targets with the images built from them; an image
	// whose Dockerfile is not known has a Build without Dockerfile.
	Builds []*Build
	// Deployments join containers with what exposes them and the image they run.
	Deployments []*Deployment
	// Vulnerabilities are all matches of all images.
	Vulnerabilities []*Vulnerability
	// Advisories describes the data used; Have.Advisories is false where there was none.
	Advisories advisory.Info
	Ignores    []source.Ignore
	// Secrets are credentials in the repository's own text files.
	Secrets []FileSecret
	// Waivers are those of the configuration.
	Waivers []source.Waiver
	// Targets are the releases of Kubernetes that the configuration aims at.
	Targets     []source.Target
	NotAnalysed []source.NotAnalysed
	Have        Have
	// Changes are what the judgement is narrowed to, nil where all is judged; Left
	// counts what was left out.
	Changes *source.Changes
	Left    Left

	// bases are what Reread knows the base images by, contexts the build contexts,
	// nil without a Dockerfile.
	// repos are the names that each image is known under.
	bases    answers
	repos    map[*image.Image]map[string]bool
	contexts *dockerfile.Contexts
	// prediction is what Admission answers, nil where nobody can tell.
	prediction *prediction
}

// Left counts the kustomization roots, the folders of plain manifests and the
// Dockerfiles that a change does not touch.
type Left struct{ Roots, Folders, Dockerfiles int }

// Have says which inputs were there to be judged.
type Have struct{ Dockerfiles, Manifests, Images, Advisories bool }

// Build is a Dockerfile target and one platform of the image built from it.
type Build struct {
	// Dockerfile and Target are nil where the image's Dockerfile is not known.
	Dockerfile *dockerfile.File
	Target     *dockerfile.Stage
	// Stated is true where the user named the Dockerfile, false where the history
	// told it.
	Stated   bool
	Image    *image.Image
	Platform *image.Platform
	// Instructions holds for each layer index the instruction that made it, nil
	// for the base image's layers and for layers that match none.
	Instructions []*dockerfile.Instruction
	// Steps holds for each history entry the instruction that made it, nil for the
	// base image's.
	Steps []*dockerfile.Instruction
	// BaseLayers is how many of the lowest layers are the base image's.
	BaseLayers int
	// BaseKnown is true where that comes from the base image's own digests.
	BaseKnown bool
	// BaseBuild is the build of the base image, where that is judged in the same run.
	BaseBuild *Build
	// Matched is false where the image's history does not fit the Dockerfile.
	Matched bool
	// Traced says by what the layers were traced to instructions.
	Traced Traced
	// Squashed is true where the highest layer holds what all instructions made.
	Squashed bool
	// Deployed are the manifest image fields that name this image, for findings
	// that have no better line.
	Deployed []manifest.Field
	// Fallback is the base image of the repository's only Dockerfile, where which
	// one built the image is not known; the zero Span where there are several.
	Fallback source.Span
}

// Traced is by what layers were traced to instructions.
type Traced string

// The ways, "" for none.
const (
	TracedByHistory    Traced = "history"
	TracedByProvenance Traced = "provenance"
)

// squashed reports whether a layer is the one that all instructions made.
func (b *Build) squashed(layer int) bool {
	return b.Squashed && b.Target != nil && layer == len(b.Platform.Layers)-1
}

// FromBase reports whether a layer is known to be the base image's.
func (b *Build) FromBase(layer int) bool {
	return (b.Matched || b.BaseKnown || b.Traced != "") && layer >= 0 && layer < b.BaseLayers
}

// LayerSpan returns where a person changes what the layer holds: the
// instruction, the FROM for the base image's layers, then the manifest's image
// scalar, then the FROM of the only Dockerfile, else no place.
func (b *Build) LayerSpan(layer int) source.Span {
	if layer >= 0 && layer < len(b.Instructions) && b.Instructions[layer] != nil {
		return b.Instructions[layer].Span.FirstLine()
	}
	if b.squashed(layer) {
		return b.Target.From.Span.FirstLine()
	}
	if b.Target != nil {
		return b.BaseSpan()
	}
	return b.elsewhere()
}

// StepSpan returns where a person changes what a history entry did: the
// instruction, else where the base image is named.
func (b *Build) StepSpan(entry int) source.Span {
	if entry >= 0 && entry < len(b.Steps) && b.Steps[entry] != nil {
		return b.Steps[entry].Span.FirstLine()
	}
	return b.BaseSpan()
}

// LastStep returns the newest instruction of the build that is wanted, nil where
// the image has it from its base or the build is not known.
func (b *Build) LastStep(want func(*dockerfile.Instruction) bool) *dockerfile.Instruction {
	for _, in := range slices.Backward(b.Steps) {
		if in != nil && !in.OnBuild && want(in) {
			return in
		}
	}
	return nil
}

// BaseSpan returns the reference of the external image that the target is
// finally built FROM, and where the target is not known what LayerSpan falls
// back to.
func (b *Build) BaseSpan() source.Span {
	if b.Target == nil {
		return b.elsewhere()
	}
	return root(b.Target).Base.At
}

// elsewhere is the place for findings on an image whose Dockerfile is not known.
func (b *Build) elsewhere() source.Span {
	for _, f := range b.Deployed {
		if s := f.Span(); s.Valid() {
			return s
		}
	}
	return b.Fallback
}

// Deployment is one container of a workload, with what exposes it and the
// builds it runs.
type Deployment struct {
	Container *manifest.Container
	// Builds are the builds whose image the container's reference names, by
	// repository or digest.
	Builds []*Build
	// Exposures are the ways from outside the cluster to the workload.
	Exposures []Exposure
}

// Exposure is one way in: "Ingress/shop/web -> Service/shop/web".
type Exposure struct {
	Path []*manifest.Object // from the outermost object to the Service
	Kind string             // Ingress, Gateway, LoadBalancer, NodePort
}

// Vulnerability is one known flaw in one package of one build.
type Vulnerability struct {
	Build   *Build
	Package image.Package
	// Packages are all packages that the flaw is in for the same reason and that
	// came in the same layer, Package among them: the binaries of one source
	// package, or one library in several folders.
	Packages []image.Package
	// Looked is what was looked up: for a distribution the source package.
	Looked advisory.Package
	advisory.Vulnerability
}

// HeadersOnly reports whether a flaw of the Linux kernel is laid to packages
// that hold only its headers: a container runs on its host's kernel, and the
// headers hold no code of it.
func (v *Vulnerability) HeadersOnly() bool {
	return !slices.ContainsFunc(v.Packages, func(p image.Package) bool {
		headers := p.Name == "linux-libc-dev" || p.Name == "linux-headers" || strings.HasPrefix(p.Name, "linux-headers-") || p.Name == "kernel-headers"
		return !headers || p.Type != "deb" && p.Type != "apk" && p.Type != "rpm"
	})
}
