package facts

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// FileSpan is LayerSpan for one file of a layer. It differs where one layer holds
// what several instructions made: there it is the instruction that speaks of the
// file, else the stage.
func (b *Build) FileSpan(layer int, file string) source.Span {
	if !b.squashed(layer) {
		return b.LayerSpan(layer)
	}
	if in := producer(b.Target, "/"+file); in != nil {
		return in.Span.FirstLine()
	}
	return b.Target.From.Span.FirstLine()
}

// Origins tells where a file of a layer comes from, where the instruction that
// made the layer took it from a build stage or another image, nearest first: the
// stage's instruction that made it, and so on.
func (b *Build) Origins(layer int, file string) []source.Related {
	var in *dockerfile.Instruction
	switch {
	case b.squashed(layer):
		in = producer(b.Target, "/"+file)
	case layer >= 0 && layer < len(b.Instructions):
		in = b.Instructions[layer]
	}
	if in == nil {
		return b.baseOrigin(layer, file)
	}
	return trace(in, "/"+file, 0)
}

// baseOrigin is the line of another Dockerfile that brought a file into the base
// image, where the image built from that is judged in the same run.
func (b *Build) baseOrigin(layer int, file string) []source.Related {
	if b.BaseBuild == nil || layer < 0 || layer >= b.BaseLayers {
		return nil
	}
	at := b.BaseBuild.FileSpan(layer, file)
	if !at.Valid() {
		return nil
	}
	return append([]source.Related{{At: at, Message: "this line brought it into the base image"}}, b.BaseBuild.Origins(layer, file)...)
}

// trace follows COPY --from.
func trace(in *dockerfile.Instruction, file string, depth int) []source.Related {
	if in.From == nil || depth == MaxOriginDepth {
		return nil
	}
	if in.From.Stage == nil {
		if !in.From.External() {
			return nil
		}
		return []source.Related{{At: in.From.At, Message: "it comes from the image " + in.From.Text}}
	}
	stage := in.From.Stage
	for _, there := range copiedFrom(in, file) {
		if by := producer(stage, there); by != nil {
			return append([]source.Related{{At: by.Span.FirstLine(), Message: fmt.Sprintf("it comes from %s, where this instruction brings in %s", stageTitle(stage), there)}},
				trace(by, there, depth+1)...)
		}
	}
	bottom := root(stage)
	if bottom.Base.External() && !hasRun(stage) {
		return []source.Related{{At: bottom.Base.At, Message: fmt.Sprintf("it comes from %s, and there from the image %s", stageTitle(stage), bottom.Base.Text)}}
	}
	return []source.Related{{At: stage.From.Span.FirstLine(), Message: "it comes from " + stageTitle(stage)}}
}

func stageTitle(s *dockerfile.Stage) string {
	if s.Name != "" {
		return "stage " + s.Name
	}
	return "stage " + strconv.Itoa(s.Index)
}

// hasRun reports whether a stage makes files of its own.
func hasRun(s *dockerfile.Stage) bool {
	return slices.ContainsFunc(chain(s), func(in *dockerfile.Instruction) bool { return in.Keyword == "RUN" })
}

// copiedFrom returns what an instruction may have copied to be the file, the most
// likely first: whether a source is a file or a folder is not known.
func copiedFrom(in *dockerfile.Instruction, file string) []string {
	if len(in.Args) < 2 {
		return nil
	}
	dest, sources := destination(in), in.Args[:len(in.Args)-1]
	var out []string
	for _, w := range sources {
		src := path.Join("/", w.Value)
		switch {
		case file == dest:
			out = append(out, src)
		case parents(in):
			out = append(out, path.Join("/", below(file, dest)))
		case below(file, dest) == "":
		case strings.ContainsAny(src, "*?["):
			out = append(out, path.Join(path.Dir(src), below(file, dest)))
		case path.Base(src) == below(file, dest):
			out = append([]string{src}, out...)
		default:
			out = append(out, path.Join(src, below(file, dest)))
		}
	}
	return out
}

func parents(in *dockerfile.Instruction) bool {
	f, ok := in.Flag("parents")
	return ok && f.Value != "false"
}

// destination is the absolute path that COPY and ADD write to.
func destination(in *dockerfile.Instruction) string {
	dest := in.Args[len(in.Args)-1].Value
	if strings.HasPrefix(dest, "/") {
		return path.Clean(dest)
	}
	return path.Join(workdirOf(in), dest)
}

// workdirOf is the working directory in which an instruction runs, as far as the
// Dockerfile and the base image tell it.
func workdirOf(in *dockerfile.Instruction) string {
	dir := "/"
	if base := root(in.Stage).Image; base != nil && base.Workdir != nil {
		dir = path.Join("/", *base.Workdir)
	}
	for _, other := range chain(in.Stage) {
		if other.Span == in.Span {
			break
		}
		if other.Keyword == "WORKDIR" && len(other.Args) == 1 {
			dir = dockerfile.Join(dir, other.Args[0].Value)
		}
	}
	return dir
}

// below returns the rest of a path below a folder, "" where it is not below it.
func below(file, dir string) string {
	rest, ok := strings.CutPrefix(file, strings.TrimSuffix(dir, "/")+"/")
	if !ok {
		return ""
	}
	return rest
}
