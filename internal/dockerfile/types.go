package dockerfile

import (
	"iter"
	"math"
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/source"
)

// File is one parsed Dockerfile.
type File struct {
	Source *source.File
	// Syntax is the frontend image of a "# syntax=" directive, "" if none, and
	// SyntaxAt its place.
	Syntax   string
	SyntaxAt source.Span
	// Escape is the escape character, '\\' unless a directive says otherwise.
	Escape rune
	// Args are the ARG instructions before the first FROM.
	Args   []*Instruction
	Stages []*Stage
	// Checks is what the file asks of BuildKit's checks, and Lint what they found
	// once Check ran, those it skips included.
	Checks CheckOptions
	Lint   []LintWarning
	// Refused is why BuildKit would not build the file, its zero value where it
	// would or where that depends on what is not known here.
	Refused Refusal
	// Unchanged is true where a change was asked for that touches neither the file
	// nor what leaves files out of its context: it is not judged.
	Unchanged bool
	// Context is the folder it is built with, nil where the repository is not known.
	Context *Context
	// Ignores are all in-place waivers of the file, foreign ones included.
	Ignores []source.Ignore
	// NotAnalysed lists what could not be understood, each with its line.
	NotAnalysed []source.NotAnalysed

	// all and byKeyword are the instructions that Instructions and Of give.
	all       []*Instruction
	byKeyword map[string][]*Instruction
}

// Role is what a stage is for, seen from the final stage.
type Role int

// The roles, from the one that matters most.
const (
	RoleFinal      Role = iota // the last stage, and the stages it is built FROM
	RoleCopiedFrom             // files of it are copied into a final stage
	RoleBuildOnly              // needed to build, nothing of it is shipped directly
	RoleUnused                 // reached by nothing
)

// Stage is one FROM and what follows it.
type Stage struct {
	File  *File
	Index int
	// Name is the lower-cased AS name, "" if none.
	Name string
	// Implicit is true for instructions that no FROM stands above, which BuildKit
	// refuses to build: a fragment, or a misplaced FROM. Such a stage has a From
	// without words at an empty place before its first instruction, and no Base.
	Implicit bool
	Role     Role
	// Last is true for the file's last stage, the default target.
	Last bool
	// From is the FROM instruction.
	From *Instruction
	// Base is the image reference after ARG defaults are filled in.
	Base Reference
	// Parent is the earlier stage that FROM names, nil for an external image.
	Parent *Stage
	// Platform is the --platform value as written, "" if none.
	Platform   string
	PlatformAt source.Span
	// PlatformValue is Platform with ARG defaults filled in, those of a builder on
	// linux/amd64 included.
	PlatformValue string
	// Image is what is known of the external base, nil where that is nothing, for
	// the reason in ImageUnknown, and where there is none. Configure fills it in.
	Image        *ImageConfig
	ImageUnknown string
	// Triggers are the ONBUILD instructions of what the stage is built FROM: they
	// run before its own. Those of an external image have their places in a file of
	// their own.
	Triggers []*Instruction
	// Config is what the stage ends with.
	Config Config
	// Instructions are those after FROM, in order.
	Instructions []*Instruction
}

// Reference is an image reference inside a Dockerfile.
type Reference struct {
	// At is the token as written.
	At source.Span
	// Written is the token, Text the same with ARG defaults filled in.
	Written, Text string
	// Unresolved names the ARGs that have no default.
	Unresolved []string
	// Stage is set where the reference names an earlier stage (by name or index).
	Stage *Stage
	// Name, Tag and Digest are the parts of Text; Name keeps the registry as
	// written ("debian", "gcr.io/distroless/static").
	Name, Tag, Digest string
	// Canonical is the fully qualified name ("docker.io/library/debian").
	Canonical string
}

// Scratch reports whether the reference is the empty image.
func (r Reference) Scratch() bool { return r.Stage == nil && r.Text == "scratch" }

// Instruction is one instruction of a stage, ONBUILD ones included.
type Instruction struct {
	Stage *Stage // nil before the first FROM
	// Keyword is upper-case: "RUN", "COPY", …; for ONBUILD the inner keyword,
	// with OnBuild set.
	Keyword string
	OnBuild bool
	// Trigger is the text of an ONBUILD instruction that an external image brings,
	// "" for one of the file.
	Trigger string
	// Span covers the whole instruction, heredocs included; KeywordAt its first word.
	Span, KeywordAt source.Span
	// Flags are the --name=value words in order.
	Flags []Flag
	// Args are the words after keyword and flags, with their places: for FROM the
	// reference [AS name]; for ENV, ARG and LABEL one word a key or value; for
	// COPY and ADD sources then destination; for USER, WORKDIR, EXPOSE, VOLUME,
	// STOPSIGNAL, SHELL, CMD, ENTRYPOINT their words (JSON form: the elements).
	Args []Word
	// JSON is true for the exec form.
	JSON bool
	// Pairs are the key=value pairs of ENV, ARG and LABEL.
	Pairs []Pair
	// From is the --from reference of COPY and ADD, nil if none.
	From *Reference
	// FromContext tells of each source of COPY and ADD that is taken from the build
	// context what it takes; filled in by JoinContexts.
	FromContext []Copied
	// Run is the shell content of RUN (and of shell-form CMD and ENTRYPOINT), nil
	// where there is none or where it is not shell.
	Run *Run
	// Mounts are RUN's --mount flags.
	Mounts []Mount
	// HereDocs are COPY's and ADD's inline files, in order.
	HereDocs []HereDoc
	// EmptyLayer is true where the instruction makes no layer (ENV, USER, …). The
	// classic builder also marks a RUN or WORKDIR that changed nothing as empty.
	EmptyLayer bool

	// body is the text after keyword and flags.
	body text
	// shell is the SHELL in force, script RUN's text as the builder hands it on,
	// patterns what MatchesHistory compares with.
	shell    []string
	script   string
	patterns []string
}

// Word is a word with its place. Value has variables of the stage filled in
// where they are known; Text is as written.
type Word struct {
	At          source.Span
	Text, Value string
}

// Flag is one --name=value word of an instruction.
type Flag struct {
	At          source.Span
	Name, Value string
	ValueAt     source.Span
}

// Pair is one key=value of ENV, ARG or LABEL. HasValue is false for "ARG x".
type Pair struct {
	Key, Value Word
	HasValue   bool
}

// Mount is one RUN --mount.
type Mount struct {
	At     source.Span
	Type   string // bind, cache, tmpfs, secret, ssh
	Target string
	From   *Reference
	// Options are all key=value pairs as written.
	Options map[string]string
}

// HereDoc is an inline file.
type HereDoc struct {
	Name string
	Text string
	At   source.Span
}

// Run is a shell script inside an instruction.
type Run struct {
	Instruction *Instruction
	// Script is the text handed to the shell.
	Script string
	// Commands are all simple commands in source order, those in functions,
	// subshells, pipelines and substitutions included.
	Commands []*Command
	// Exec is true for the JSON form: one command, no shell.
	Exec bool
	// Parsed is false where the text is not shell; a tolerant splitter then
	// filled Commands as well as it could, and the file has a not-analysed entry.
	Parsed bool
}

// Command is one simple command of a Run.
type Command struct {
	At source.Span
	// Name is the base name of the program ("curl" for /usr/bin/curl), "" where
	// it is not a literal. Wrappers (sudo, env, exec, time, command, nice) are
	// looked through.
	Name string
	// Program is the word that Name was read from, after wrappers; it has no
	// place of its own where only assignments stand.
	Program Word
	// Wrappers are the words of the programs that were looked through, outermost
	// first: sudo, env, exec.
	Wrappers []Word
	// Inner is true for the commands of a script inside of the script: the word
	// after "sh -c", what eval is given, the here-document of a shell.
	Inner bool
	// Args are the words after the program.
	Args []Word
	// Env are the assignments before the command, those of env and sudo and the
	// operands of export included. Assignments alone make a Command without a Name.
	Env []Pair
	// Pipe is the index of the pipeline among the Run's pipelines, and Stage the
	// command's position in it; commands with equal Pipe are connected.
	Pipe, PipeStage int
	// PipeTo is the next command of the pipeline, nil for the last.
	PipeTo *Command
	// Redirects are output redirections: target file words of > and >>.
	Redirects []Word
	// Substituted is the command in whose words a $(…), `…` or <(…) holds this
	// one, nil if none. InProcess is true for <(…).
	Substituted *Command
	InProcess   bool
	// HereDoc is the text fed to standard input, "" if none.
	HereDoc string
	// Reads are input redirections: file words of <.
	Reads []Word
	// Dir is the working directory as far as it is known, WORKDIR and cd joined;
	// it is relative, or "", where no absolute one was named.
	Dir string
	// Holds says what depends on the command: those of the Run's Commands before
	// this index run only where it succeeded. It is Always where the RUN fails with
	// the command, and 0 where nothing comes of its failure.
	Holds int
	// Pipefail is true where "set -o pipefail" is in force.
	Pipefail bool
}

// Always is the Command.Holds of commands with which the whole RUN fails.
const Always = math.MaxInt

// index keeps the instructions for the many who ask for those of one keyword.
func (f *File) index() {
	for in := range f.Instructions() {
		f.all = append(f.all, in)
	}
	f.byKeyword = map[string][]*Instruction{}
	for _, in := range f.all {
		f.byKeyword[in.Keyword] = append(f.byKeyword[in.Keyword], in)
	}
}

// Of returns the instructions with one of the keywords, in order; no keyword
// means all. The result must not be changed.
func (f *File) Of(keywords ...string) []*Instruction {
	if f.byKeyword == nil { // put together by hand
		f.index()
	}
	switch len(keywords) {
	case 0:
		return f.all
	case 1:
		return f.byKeyword[keywords[0]]
	}
	var out []*Instruction
	for _, in := range f.all {
		if slices.Contains(keywords, in.Keyword) {
			out = append(out, in)
		}
	}
	return out
}

// Instructions iterates all instructions of the file in order, those before the
// first FROM and the FROMs included, save those that are not written.
func (f *File) Instructions() iter.Seq[*Instruction] {
	return func(yield func(*Instruction) bool) {
		for _, in := range f.Args {
			if !yield(in) {
				return
			}
		}
		for _, s := range f.Stages {
			if !s.Implicit && !yield(s.From) {
				return
			}
			for _, in := range s.Instructions {
				if !yield(in) {
					return
				}
			}
		}
	}
}
