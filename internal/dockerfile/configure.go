package dockerfile

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/source"
)

// External reports whether a reference names an image of a registry, known in
// full.
func (r Reference) External() bool {
	return r.Stage == nil && !r.Scratch() && r.Text != "" && len(r.Unresolved) == 0
}

// Root returns the stage at the bottom of s, whose base is an external image or
// scratch.
func (s *Stage) Root() *Stage {
	for s.Parent != nil {
		s = s.Parent
	}
	return s
}

// Query is what to ask of the stage's external base, and false where it has
// none.
func (s *Stage) Query() (BaseQuery, bool) {
	if s.Parent != nil || !s.Base.External() {
		return BaseQuery{}, false
	}
	return BaseQuery{Ref: s.Base.Qualified(), Platform: s.wantedPlatform()}, true
}

// defaultPlatform is what is asked for where the file names no other.
const defaultPlatform = "linux/amd64"

// wantedPlatform is the platform that --platform names, variables of the
// builder filled in.
func (s *Stage) wantedPlatform() string {
	switch os, arch, _ := strings.Cut(s.PlatformValue, "/"); {
	case s.windows():
		return "windows/amd64"
	case s.PlatformValue == "" || strings.Contains(s.PlatformValue, "$") || os == "":
		return defaultPlatform
	case arch == "":
		return "linux/" + os // "arm64"
	}
	return strings.ToLower(s.PlatformValue)
}

// windows reports whether the base is a Windows image, by its name.
func (s *Stage) windows() bool {
	return s.Parent == nil && slices.ContainsFunc([]string{"/windows", "nanoserver", "servercore"}, func(mark string) bool { return strings.Contains(s.Base.Text, mark) })
}

// Configure fills in what is known of each stage's base image, and with it the
// configuration that the stage ends with.
func (f *File) Configure(known func(BaseQuery) BaseAnswer) {
	e := &expander{escape: f.Escape}
	triggers := map[*ImageConfig][]*Instruction{}
	for _, s := range f.Stages {
		if q, ok := s.Query(); ok {
			answer := known(q)
			s.Image, s.ImageUnknown = answer.Config, answer.Unknown
			if s.Image != nil {
				s.ImageUnknown = ""
			}
		}
		if s.Image != nil && triggers[s.Image] == nil {
			triggers[s.Image] = s.Image.triggers(s.Base.Text)
		}
		s.Triggers = triggers[s.Image]
		c := s.inherited()
		for _, in := range s.Triggers {
			c.apply(in, e, in.Trigger)
		}
		for _, in := range s.Instructions {
			if !in.OnBuild {
				c.apply(in, e, "")
			}
		}
		s.Config = c
	}
}

// inherited is the configuration that a stage starts with. It also notes the
// ONBUILD triggers that run first.
func (s *Stage) inherited() Config {
	if s.Parent != nil {
		s.Triggers = nil
		for _, in := range s.Parent.Instructions {
			if in.OnBuild {
				s.Triggers = append(s.Triggers, in)
			}
		}
		return s.Parent.Config
	}
	switch {
	case s.Base.Scratch():
		return Config{User: Setting{Known: true}, Workdir: Setting{Value: "/", Known: true}, EnvKnown: true}
	case s.Image == nil:
		why := s.ImageUnknown
		if len(s.Base.Unresolved) > 0 {
			why = "its name depends on build arguments"
		}
		return Config{User: Setting{Why: why}, Workdir: Setting{Why: why}}
	}
	return s.Image.config()
}

// config is an image's configuration as a stage inherits it.
func (i *ImageConfig) config() Config {
	c := Config{Shell: i.Shell, EnvKnown: i.Full, nonRoot: i.NonRoot}
	why := i.Source + " does not tell it"
	c.User, c.Workdir = Setting{Why: why}, Setting{Why: why}
	if i.User != nil {
		c.User = Setting{Value: *i.User, Known: true}
		c.nonRoot = false
	}
	if i.Workdir != nil {
		c.Workdir = Setting{Value: path.Join("/", *i.Workdir), Known: true}
	}
	for _, pair := range i.Env[:min(len(i.Env), MaxEnv)] {
		name, value, _ := strings.Cut(pair, "=")
		c.Env = append(c.Env, Variable{Name: name, Value: value})
	}
	return c
}

// triggers reads the ONBUILD instructions of an image, as far as they can be
// read. Their places are in a file of their own, "ONBUILD of IMAGE".
func (i *ImageConfig) triggers(name string) []*Instruction {
	if len(i.OnBuild) == 0 || len(i.OnBuild) > MaxTriggers {
		return nil
	}
	text := "FROM scratch\n" + strings.Join(i.OnBuild, "\n") + "\n"
	f, err := Parse(source.NewFile("ONBUILD of "+name, text))
	if err != nil || len(f.Stages) != 1 {
		return nil
	}
	for _, in := range f.Stages[0].Instructions {
		in.OnBuild, in.Trigger = true, strings.TrimSpace(f.Source.Text[in.Span.Start.Offset:in.Span.End.Offset])
	}
	return f.Stages[0].Instructions
}

// apply notes what one instruction makes of a configuration.
func (c *Config) apply(in *Instruction, e *expander, trigger string) {
	if len(in.Args) == 0 && in.Keyword != "ENV" {
		return
	}
	switch in.Keyword {
	case "USER":
		user, _, _ := strings.Cut(strings.TrimSpace(e.expand(in.Args[0].Value, c.Env)), ":")
		c.User, c.nonRoot = setting(user, in, trigger), false
	case "WORKDIR":
		c.workdir(e.expand(in.Args[0].Value, c.Env), in, trigger)
	case "SHELL":
		c.Shell = values(in.Args)
	case "ENV":
		c.environment(in)
	}
}

// environment notes the variables of ENV. The list is copied, since the stage
// below has the same one.
func (c *Config) environment(in *Instruction) {
	vars := make([]Variable, 0, len(c.Env)+len(in.Pairs))
	set := map[string]bool{}
	for _, p := range in.Pairs {
		set[p.Key.Value] = true
	}
	for _, v := range c.Env {
		if !set[v.Name] {
			vars = append(vars, v)
		}
	}
	for _, p := range in.Pairs {
		if len(vars) == MaxEnv {
			c.EnvKnown = false
			break
		}
		vars = append(vars, Variable{Name: p.Key.Value, Value: p.Value.Value, By: in})
	}
	c.Env = vars
}

func setting(value string, in *Instruction, trigger string) Setting {
	if strings.Contains(value, "$") {
		return Setting{Value: value, By: in, Trigger: trigger, Why: "it depends on build arguments"}
	}
	return Setting{Value: value, Known: true, By: in, Trigger: trigger}
}

// workdir makes a relative path one below the folder before it.
func (c *Config) workdir(dir string, in *Instruction, trigger string) {
	was := c.Workdir
	c.Workdir = setting(dir, in, trigger)
	switch {
	case !c.Workdir.Known || strings.HasPrefix(dir, "/"):
	case len(dir) > 1 && dir[1] == ':' || strings.Contains(dir, `\`): // a path of Windows
	case !was.Known:
		c.Workdir = Setting{Value: dir, Why: fmt.Sprintf("it is relative to a folder that is not known: %s", was.Why), By: in, Trigger: trigger}
	default:
		c.Workdir.Value = path.Join(was.Value, dir)
	}
}

// expander fills in the base image's variables, which the parser did not know.
type expander struct {
	escape rune
	lex    *lexer
}

func (e *expander) expand(word string, vars []Variable) string {
	if !strings.Contains(word, "$") || len(vars) == 0 {
		return word
	}
	if e.lex == nil {
		l := newLexer(e.escape)
		e.lex = &l
	}
	known := &env{}
	for _, v := range vars {
		known.set(v.Name, v.Value)
	}
	return e.lex.expand(word, known)
}

// isRootUser reports whether a user is root, by name or number; none is root.
func isRootUser(user string) bool {
	n, err := strconv.Atoi(user)
	return user == "" || strings.EqualFold(user, "root") || err == nil && n == 0
}

// Triggered returns what an ONBUILD instruction is when it runs: in a stage built
// FROM its own.
func (in *Instruction) Triggered() *Instruction {
	out := *in
	out.OnBuild, out.patterns = false, nil
	out.EmptyLayer = out.emptyLayer()
	return &out
}
