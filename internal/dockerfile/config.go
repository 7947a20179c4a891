package dockerfile

import "context"

// ImageConfig is what is known of the configuration of an image that a build
// starts from.
// https://github.com/opencontainers/image-spec/blob/main/config.md
type ImageConfig struct {
	// Source says where it was learnt, for people: "docker.io", "oci:base",
	// "the built-in table".
	Source string
	// Full is true where the configuration itself was read: every field holds, an
	// empty one as well. Otherwise User, Workdir and NonRoot hold where they are
	// set, and no other field does.
	Full bool
	// Raw is the configuration as stored, nil unless Full.
	Raw []byte
	// Digest is that of the manifest or index that the reference names, "" where it
	// is not known.
	Digest string
	// Platform is "os/architecture[/variant]".
	Platform string
	// User is nil where it is not known; "" is root. NonRoot is true where it is
	// known that it is not root, whoever it is.
	User    *string
	NonRoot bool
	// Workdir is nil where it is not known; "" is "/".
	Workdir *string
	Env     []string // "NAME=value"
	Shell   []string // nil for the default
	// OnBuild are the instructions that run in every build FROM the image.
	OnBuild         []string
	Labels          map[string]string
	Entrypoint, Cmd []string
}

// Root tells whether the image runs as root.
func (i *ImageConfig) Root() Answer { return i.config().Root() }

// BaseQuery is an image that a Dockerfile names and the platform it is wanted
// for ("linux/amd64").
type BaseQuery struct{ Ref, Platform string }

// BaseAnswer is what is known of an image: Config is nil where nothing is, and
// Unknown then says why.
type BaseAnswer struct {
	Config  *ImageConfig
	Unknown string
}

// Bases tells what is known of external images. It never fails: what it cannot
// tell has a reason.
type Bases interface {
	Find(ctx context.Context, wanted []BaseQuery) map[BaseQuery]BaseAnswer
}

// Pin is what became of an image that a Dockerfile names by its digest.
type Pin struct {
	// Now is the digest that the tag beside it names today: the pinned one where
	// that is part of it, "" where there is no tag or nobody could be asked.
	Now string
	// Gone is true where the registry has the repository and not the digest.
	Gone bool
}

// Config is the configuration that a stage ends with, as far as it is known: the
// base image's, then what the stage's instructions and the ONBUILD triggers of
// what it is built FROM made of it.
type Config struct {
	User, Workdir Setting
	// Shell is SHELL in force, nil for the default.
	Shell []string
	// Env are the variables that the image will have, the later of two alike
	// counting; EnvKnown is false where the base image may add others.
	Env      []Variable
	EnvKnown bool

	nonRoot bool
}

// Setting is one value of a Config.
type Setting struct {
	Value string
	// Known is false where nothing but a build can tell; Why then says so.
	Known bool
	Why   string
	// By is the instruction that set the value, nil where the base image did.
	By *Instruction
	// Trigger is the ONBUILD trigger of the base image that set the value, "" where
	// its configuration holds it.
	Trigger string
}

// Variable is one environment variable of a stage. By is nil where the base
// image brings it.
type Variable struct {
	Name, Value string
	By          *Instruction
}

// Answer is yes, no or not known.
type Answer int

// The answers.
const (
	Unknown Answer = iota
	Yes
	No
)

// Root tells whether what runs in the image runs as root.
func (c Config) Root() Answer {
	switch {
	case c.nonRoot:
		return No
	case !c.User.Known:
		return Unknown
	case isRootUser(c.User.Value):
		return Yes
	}
	return No
}
