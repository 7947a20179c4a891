package artifact

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// inLayer begins a finding about what a layer holds: at the instruction that
// made it, or at the FROM for the base image's layers.
func inLayer(b *facts.Build, layer int) rule.Finding {
	return rule.Finding{At: b.LayerSpan(layer), Image: rule.RefImage(b, layer)}
}

// ofFile begins a finding about one file of a layer. Where the instruction took the
// file from a build stage or another image, the way there is told.
func ofFile(b *facts.Build, layer int, file string) rule.Finding {
	f := inLayer(b, layer)
	f.At, f.Related = b.FileSpan(layer, file), b.Origins(layer, file)
	return f
}

// inImage begins a finding about the image as a whole, at the base it is built
// from.
func inImage(b *facts.Build) rule.Finding {
	return rule.Finding{At: b.BaseSpan(), Image: rule.RefImage(b, -1), Subject: b.Image.Ref}
}

// baseImage is how messages name the image that a build starts from.
func baseImage(b *facts.Build) string {
	if b.Target == nil {
		return "the base image"
	}
	s := b.Target
	for s.Parent != nil {
		s = s.Parent
	}
	if s.Base.Text == "" {
		return "the base image"
	}
	return s.Base.Text
}

// fromBase reports whether a layer is known to be the base image's.
func fromBase(b *facts.Build, layer int) bool { return b.FromBase(layer) }

// list writes the first few of many and how many more there are.
func list(all []string, shown int) string {
	if len(all) <= shown {
		return strings.Join(all, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(all[:shown], ", "), len(all)-shown)
}

// count writes a number with its noun.
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// perLayer groups files by the layer that brought them, lowest first.
func perLayer[T any](all []T, layer func(T) int) [][]T {
	var order []int
	groups := map[int][]T{}
	for _, x := range all {
		l := layer(x)
		if groups[l] == nil {
			order = append(order, l)
		}
		groups[l] = append(groups[l], x)
	}
	slices.Sort(order)
	var out [][]T
	for _, l := range order {
		out = append(out, groups[l])
	}
	return out
}

// related names a second place where it is one.
func related(at source.Span, message string) []source.Related {
	if !at.Valid() {
		return nil
	}
	return []source.Related{{At: at, Message: message}}
}
