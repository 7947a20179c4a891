package facts

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/image"
)

// alignment is how an image's history fits a Dockerfile target: the newest
// entries are the target's instructions, those below are the base image's.
type alignment struct {
	// instructions holds for each history entry the instruction that made it, nil
	// for the base image's.
	instructions []*dockerfile.Instruction
	// base is how many of the lowest entries are the base image's.
	base int
	// squashed is true where the newest entry is no instruction, but what made one
	// layer of the layers of all of them.
	squashed bool
	// matched is how many instructions were found in the history; 0 is no fit.
	matched int
}

// madeBy reports whether an instruction made a history entry, by what the
// builder wrote into it.
type madeBy func(in *dockerfile.Instruction, createdBy string) bool

// align walks the history back from its newest entry against the target's
// instructions. Builders that write down only what makes layers (kaniko) get a
// second chance without the other instructions.
func align(history []image.History, target *dockerfile.Stage, made madeBy) alignment {
	if n := len(history); n > 0 && squash(history[n-1]) {
		a := align(history[:n-1], target, made)
		if a.matched > 0 {
			a.instructions, a.squashed = append(a.instructions, nil), true
		}
		return a
	}
	all := chain(target)
	if a := alignWith(history, all, target, made); a.matched > 0 {
		return a
	}
	return alignWith(history, slices.DeleteFunc(all, func(in *dockerfile.Instruction) bool { return in.EmptyLayer }), target, made)
}

func alignWith(history []image.History, instructions []*dockerfile.Instruction, target *dockerfile.Stage, made madeBy) alignment {
	a := alignment{instructions: make([]*dockerfile.Instruction, len(history)), base: len(history)}
	for _, in := range slices.Backward(instructions) {
		if a.base == 0 || !made(in, history[a.base-1].CreatedBy) {
			if in.OnBuild {
				continue // BuildKit keeps them in the configuration only
			}
			return alignment{}
		}
		a.base--
		a.instructions[a.base] = in
		a.matched++
	}
	if a.base > 0 && root(target).Base.Scratch() {
		return alignment{}
	}
	return a
}

// squash reports whether an entry was written by "docker build --squash", which
// keeps the entries of the instructions as empty layers and adds one of its own:
// https://github.com/moby/moby/blob/v20.10.24/daemon/images/image_squash.go.
func squash(h image.History) bool {
	return h.CreatedBy == "" && (strings.HasPrefix(h.Comment, "merge sha256:") || strings.HasPrefix(h.Comment, "create new from sha256:"))
}

// chain returns the instructions that make the target's image, oldest first:
// its parent stages' and its own, those behind ONBUILD included: the classic
// builder writes them down like others. What the parent stage has behind ONBUILD
// runs before the stage's own.
func chain(s *dockerfile.Stage) []*dockerfile.Instruction {
	if s.Parent == nil {
		return slices.Clone(s.Instructions)
	}
	out := chain(s.Parent)
	for _, in := range s.Parent.Instructions {
		if in.OnBuild {
			out = append(out, in.Triggered())
		}
	}
	return append(out, s.Instructions...)
}

// root returns the stage whose FROM names the external image.
func root(s *dockerfile.Stage) *dockerfile.Stage {
	for s.Parent != nil {
		s = s.Parent
	}
	return s
}

// byLayer turns an alignment of history entries into one of layers, and tells
// how many of the lowest layers are the base image's.
func (a alignment) byLayer(p *image.Platform) (instructions []*dockerfile.Instruction, base int) {
	instructions = make([]*dockerfile.Instruction, len(p.Layers))
	for i, h := range p.History {
		if h.Layer < 0 || h.Layer >= len(p.Layers) {
			continue
		}
		instructions[h.Layer] = a.instructions[i]
		if i < a.base {
			base = max(base, h.Layer+1)
		}
	}
	return instructions, base
}
