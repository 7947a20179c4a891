package facts

import (
	"fmt"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// Input is one thing that a build takes from outside the repository.
type Input struct {
	// At is where it is named: for what a base image's ONBUILD takes, the base.
	At   source.Span
	Kind InputKind
	Role InputRole
	// Reference is the image, URL or repository, variables that are known filled
	// in. It may hold a credential.
	Reference string
	Pin       Pin
	// Trigger is the base image's ONBUILD instruction that takes it, "" if none.
	Trigger string
	// Base is what is known of a base image; Unknown says why nothing is.
	Base    *dockerfile.ImageConfig
	Unknown string
}

// InputKind is what an input is.
type InputKind string

// The kinds.
const (
	InputImage         InputKind = "image"
	InputFrontend      InputKind = "frontend" // the program that reads the Dockerfile
	InputGit           InputKind = "git"
	InputURL           InputKind = "url"
	InputPackageSource InputKind = "package-source"    // a repository of a distribution's packages
	InputRegistry      InputKind = "language-registry" // an index of a language's packages, where one is named
)

// InputRole is what an input is for.
type InputRole string

// The roles.
const (
	InputFinal  InputRole = "final"  // ends up in the image, or is what it stands on
	InputCopied InputRole = "copied" // files of it are copied into the image
	InputBuild  InputRole = "build-only"
	InputUnused InputRole = "unused" // nothing that reaches the image needs it
)

// Pin is what holds an input to the content that was reviewed.
type Pin string

// The pins, from the one that holds best.
const (
	PinDigest    Pin = "digest"
	PinChecksum  Pin = "checksum"
	PinCommit    Pin = "commit"
	PinSignature Pin = "signature"
	PinVersion   Pin = "version" // part of a name, which its owner can fill anew
	PinTag       Pin = "tag"
	PinNone      Pin = "none"
	PinUnknown   Pin = "unknown" // it depends on build arguments
)

// inputs lists what the builds of Dockerfiles take from outside, and says where
// the list is cut.
func inputs(files []*dockerfile.File) ([]Input, []source.NotAnalysed) {
	var all []Input
	var missing []source.NotAnalysed
	for _, f := range files {
		var l inputList
		if f.Syntax != "" {
			l.image(f.SyntaxAt, dockerfile.ParseReference(f.Syntax), InputFrontend, InputBuild)
		}
		for _, s := range f.Stages {
			l.stage(s)
		}
		if len(l.all) == MaxInputs {
			missing = append(missing, source.NotAnalysed{Path: f.Source.Path, Line: 1, Concern: source.ConcernDockerfile,
				Reason: fmt.Sprintf("takes more than the limit of %d inputs from outside; those beyond it are not listed", MaxInputs)})
		}
		all = append(all, l.all...)
	}
	return all, missing
}

type inputList struct {
	all []Input
	// at and trigger stand in for the place of what a base image's ONBUILD takes.
	at      source.Span
	trigger string
}

func (l *inputList) add(in Input) {
	if len(l.all) == MaxInputs {
		return
	}
	if l.trigger != "" {
		in.At, in.Trigger = l.at, l.trigger
	}
	l.all = append(l.all, in)
}

// roleOf is the role of what a stage itself takes.
func roleOf(s *dockerfile.Stage) InputRole {
	switch s.Role {
	case dockerfile.RoleFinal:
		return InputFinal
	case dockerfile.RoleCopiedFrom:
		return InputCopied
	case dockerfile.RoleBuildOnly:
		return InputBuild
	}
	return InputUnused
}

// fromOf is the role of an image that a stage copies files from.
func fromOf(s *dockerfile.Stage) InputRole {
	switch role := roleOf(s); role {
	case InputFinal:
		return InputCopied
	case InputCopied:
		return InputBuild
	default:
		return role
	}
}

func (l *inputList) stage(s *dockerfile.Stage) {
	if s.Parent == nil && !s.Base.Scratch() && s.Base.Text != "" {
		n := len(l.all)
		l.image(s.Base.At, s.Base, InputImage, roleOf(s))
		for i := range l.all[n:] {
			l.all[n+i].Base, l.all[n+i].Unknown = s.Image, s.ImageUnknown
		}
	}
	for _, in := range s.Triggers {
		if l.at, l.trigger = s.Base.At, in.Trigger; l.trigger != "" {
			l.instruction(s, in)
		}
	}
	l.trigger = ""
	for _, in := range s.Instructions {
		l.instruction(s, in)
	}
}

func (l *inputList) instruction(s *dockerfile.Stage, in *dockerfile.Instruction) {
	if in.From != nil && in.From.Stage == nil {
		l.image(in.From.At, *in.From, InputImage, fromOf(s))
	}
	for _, m := range in.Mounts {
		if m.From != nil && m.From.Stage == nil {
			role := InputBuild
			if s.Role == dockerfile.RoleUnused {
				role = InputUnused
			}
			l.image(m.From.At, *m.From, InputImage, role)
		}
	}
	switch in.Keyword {
	case "ADD", "COPY":
		l.added(s, in)
	case "RUN":
		if in.Run != nil {
			l.run(s, in.Run)
		}
	case "ENV", "ARG":
		for _, p := range in.Pairs {
			l.variable(s, p)
		}
	}
}

func (l *inputList) image(at source.Span, r dockerfile.Reference, kind InputKind, role InputRole) {
	if r.Scratch() || r.Text == "" {
		return
	}
	pin := PinNone
	switch {
	case len(r.Unresolved) > 0 || strings.Contains(r.Text, "$"):
		pin = PinUnknown
	case r.Digest != "":
		pin = PinDigest
	case r.Tag != "":
		pin = PinTag
	}
	l.add(Input{At: at, Kind: kind, Role: role, Reference: r.Text, Pin: pin})
}

// added reads the sources of ADD, and inline files that name package sources.
func (l *inputList) added(s *dockerfile.Stage, in *dockerfile.Instruction) {
	if len(in.Args) == 0 {
		return
	}
	destination := in.Args[len(in.Args)-1].Value
	for _, doc := range in.HereDocs {
		if isPackageSources(destination) {
			l.urls(doc.Text, doc.At, InputPackageSource, roleOf(s))
		}
	}
	if in.Keyword != "ADD" {
		return
	}
	_, checked := in.Flag("checksum")
	for _, w := range in.Args[:len(in.Args)-1] {
		kind, pin := InputURL, PinNone
		switch {
		case isGitURL(w.Value):
			kind, pin = InputGit, gitPin(w.Value)
		case !strings.Contains(w.Value, "://"):
			continue
		}
		if checked {
			pin = PinChecksum
		}
		if pin == PinNone {
			pin = urlPin(w.Value)
		}
		l.add(Input{At: w.At, Kind: kind, Role: roleOf(s), Reference: w.Value, Pin: pin})
	}
}

// variable reads the variables by which tools are told of an index.
func (l *inputList) variable(s *dockerfile.Stage, p dockerfile.Pair) {
	if !p.HasValue || !strings.Contains(p.Value.Value, "://") {
		return
	}
	switch strings.ToUpper(p.Key.Value) {
	case "GOPROXY", "PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "UV_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX", "UV_EXTRA_INDEX_URL", "NPM_CONFIG_REGISTRY", "YARN_REGISTRY",
		"YARN_NPM_REGISTRY_SERVER", "COREPACK_NPM_REGISTRY", "BUNDLE_MIRROR__ALL", "CARGO_REGISTRIES_CRATES_IO_INDEX":
		l.urls(p.Value.Value, p.Value.At, InputRegistry, roleOf(s))
	}
}
