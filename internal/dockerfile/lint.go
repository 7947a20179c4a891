package dockerfile

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/client/llb/sourceresolver"
	"github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/subrequests/lint"
	"github.com/moby/buildkit/solver/pb"
	"github.com/moby/buildkit/util/apicaps"
	"github.com/opencontainers/go-digest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// buildPlatform is the platform that the checks take the builder for, the same
// on every machine.
func buildPlatform() ocispecs.Platform { return ocispecs.Platform{OS: "linux", Architecture: "amd64"} }

// unknownConfig stands for the configuration of a base image that is not known.
const unknownConfig = `{"os":"linux","architecture":"amd64","config":{},"rootfs":{"type":"layers"}}`

// Check runs BuildKit's own checks over the file and keeps their warnings in
// Lint. Bases, which may be nil, knows the base images; a check that depends on
// one that is not known stays silent. What "# check=" skips is found as well, so
// that it can be shown as ignored. Nothing is asked of the network here.
//
// BuildKit stops at the first thing that it would not build; its checks then
// say nothing of what follows, and our rules go on. Where they could not run at
// all, that is the result, and stands in the File's NotAnalysed too.
func (f *File) Check(ctx context.Context, bases BaseConfigs) []source.NotAnalysed {
	before := len(f.NotAnalysed)
	f.check(ctx, bases)
	return f.NotAnalysed[before:]
}

func (f *File) check(ctx context.Context, bases BaseConfigs) {
	if line, reason := f.tooCostly(); reason != "" {
		f.notAnalysed(line, "BuildKit's checks were not run: "+reason)
		return
	}
	r := &resolver{bases: bases, known: map[string]bool{}}
	results, err := runLint(ctx, []byte(unskipped(f.Source.Text)), r)
	if err != nil {
		f.notAnalysed(1, "BuildKit's checks were not run: "+err.Error())
		return
	}
	for i := range results.Warnings {
		if w := newWarning(&results.Warnings[i]); f.certain(w, r.known) {
			f.Lint = append(f.Lint, w)
		}
	}
	f.Refused = f.refusal(results.Error)
	slices.SortStableFunc(f.Lint, func(a, b LintWarning) int { return a.First - b.First })
}

// everything is what the builder is taken to be capable of: all that BuildKit
// knows. Nothing writes to it.
var everything = sync.OnceValue(func() *apicaps.CapSet {
	caps := pb.Caps.CapSet(pb.Caps.All())
	return &caps
})

// runLint calls BuildKit; a panic in it is an error of the file.
func runLint(ctx context.Context, text []byte, r *resolver) (res *lint.LintResults, err error) {
	defer func() {
		if v := recover(); v != nil {
			res, err = nil, fmt.Errorf("they panicked: %v", v)
		}
	}()
	opt := dockerfile2llb.ConvertOpt{
		MetaResolver: r,
		LLBCaps:      everything(),
		SourceMap:    &llb.SourceMap{Filename: "Dockerfile", Language: "Dockerfile", Data: text, Definition: &llb.Definition{}},
	}
	opt.BuildPlatforms = []ocispecs.Platform{buildPlatform()}
	return dockerfile2llb.DockerfileLint(ctx, text, opt)
}

func newWarning(w *lint.Warning) LintWarning {
	out := LintWarning{Check: w.RuleName, Detail: w.Detail}
	for _, rg := range w.Location.GetRanges() {
		first, last := int(rg.GetStart().GetLine()), int(rg.GetEnd().GetLine())
		if out.First == 0 || first < out.First {
			out.First = first
		}
		out.Last = max(out.Last, first, last)
	}
	return out
}

// checkLine is a comment that sets options of BuildKit's checks, for the
// file or for the instruction below it.
var checkLine = lazyregexp.New(`(?i)^((?:\x{feff})?\s*#\s*check\s*=\s*)(\S.*)\n?$`)

// unskipped returns the text with nothing skipped: every "# check=" comment
// keeps only its experimental part. Lines stay what they are; columns are not
// asked of BuildKit.
func unskipped(text string) string {
	if !mayIgnore(text) {
		return text
	}
	var out strings.Builder
	for line := range strings.Lines(text) {
		if m := checkLine.FindStringSubmatch(line); m != nil {
			line = m[1] + experimentalOnly(m[2]) + "\n"
		}
		out.WriteString(line)
	}
	return out.String()
}

func experimentalOnly(value string) string {
	value, _, _ = strings.Cut(value, " ") // as BuildKit does above an instruction
	options, err := linter.ParseLintOptions(value)
	switch {
	case err != nil || !options.ExperimentalAll && len(options.ExperimentalRules) == 0:
		return "error=false"
	case options.ExperimentalAll:
		return "experimental=all"
	}
	return "experimental=" + strings.Join(options.ExperimentalRules, ",")
}

// certain reports whether a warning holds although some base images are not
// known: their variables, and so what stands in a path, may be anything.
func (f *File) certain(w LintWarning, known map[string]bool) bool {
	s := f.stageAt(w.First)
	for s != nil && s.Parent != nil {
		s = s.Parent
	}
	if s == nil || s.Base.Scratch() || known[s.Base.Qualified()] {
		return true
	}
	switch w.Check {
	case linter.RuleUndefinedVar.Name, linter.RuleInvalidBaseImagePlatform.Name:
		return false
	case linter.RuleWorkdirRelativePath.Name:
		in := f.instructionAt(w.First)
		switch {
		case in == nil || len(in.Args) != 1 || strings.Contains(in.Args[0].Value, "$"):
			return false
		case strings.ContainsAny(in.Args[0].Value, `\:`): // absolute on Windows, which the base may be
			return s.Base.External() && !s.windows() && !strings.HasPrefix(s.Base.Canonical, "mcr.microsoft.com/") && !strings.Contains(s.Platform, "windows")
		}
	}
	return true
}

// instructionAt returns the instruction that begins on a line, nil if none does.
func (f *File) instructionAt(line int) *Instruction {
	for in := range f.Instructions() {
		if in.Span.Start.Line == line {
			return in
		}
	}
	return nil
}

// stageAt returns the stage that a line belongs to, nil above the first.
func (f *File) stageAt(line int) *Stage {
	for _, s := range slices.Backward(f.Stages) {
		if s.From.Span.Start.Line <= line {
			return s
		}
	}
	return nil
}

// resolver answers BuildKit's questions about base images. It is called from
// several goroutines.
type resolver struct {
	bases BaseConfigs
	mu    sync.Mutex
	known map[string]bool
}

// ResolveImageConfig implements llb.ImageMetaResolver.
func (r *resolver) ResolveImageConfig(ctx context.Context, ref string, opt sourceresolver.Opt) (string, digest.Digest, []byte, error) {
	if r.bases == nil {
		return ref, "", []byte(unknownConfig), nil
	}
	platform := buildPlatform()
	if opt.ImageOpt != nil && opt.ImageOpt.Platform != nil {
		platform = *opt.ImageOpt.Platform
	}
	name := platform.OS + "/" + platform.Architecture
	if platform.Variant != "" {
		name += "/" + platform.Variant
	}
	config, known := r.bases.BaseConfig(ctx, ref, name)
	known = known && modest(config)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.known[ref] = known
	if !known {
		return ref, "", []byte(unknownConfig), nil
	}
	return ref, "", config, nil
}

// modest reports whether a base image's variables are short enough to be
// followed, and its triggers make no more of them. One that cannot be read is BuildKit's to refuse.
func modest(config []byte) bool {
	var c struct {
		Config struct{ Env, OnBuild []string } `json:"config"`
	}
	if err := json.Unmarshal(config, &c); err != nil {
		return true
	}
	triggers := strings.Join(c.Config.OnBuild, "\n")
	return len(triggers) <= MaxBaseValueBytes && strings.Count(triggers, "$") <= MaxBaseTriggerVars &&
		len(c.Config.Env) <= MaxBaseVars && !slices.ContainsFunc(c.Config.Env, func(kv string) bool { return len(kv) > MaxBaseValueBytes })
}
