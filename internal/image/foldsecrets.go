package image

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/secret"
)

// secrets lists those of all layers, whether a container still sees them or
// not: whoever can pull an image can read every layer of it.
func (f *fold) secrets() []Secret {
	var out []Secret
	copies := map[secretAt]bool{}
	for layer := range f.layers {
		for _, s := range f.layers[layer].Inventory.Secrets {
			at := ref{layer, s.Path}
			if copies[secretAt{at, s.Detector, s.Digest}] || f.fromPackage(at, s) {
				continue
			}
			s.Layer = layer
			s.DeletedIn = f.removed(at, s, copies)
			out = append(out, s)
		}
	}
	slices.SortStableFunc(out, func(a, b Secret) int {
		return cmp.Or(cmp.Compare(a.Layer, b.Layer), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Inside, b.Inside), cmp.Compare(a.Line, b.Line))
	})
	return out
}

// secretAt is one secret of one content.
type secretAt struct {
	ref
	detector, digest string
}

// removed returns the layer that removes the secret, -1 if none. A layer that
// writes the file again with the same secret in it, as chmod does, removes
// nothing; that copy is not reported once more.
func (f *fold) removed(at ref, s Secret, copies map[secretAt]bool) int {
	for range f.layers {
		layer, ended := f.view.ended[at]
		if !ended || f.view.uses[at] > 0 {
			return -1
		}
		next, replaced := f.view.next[at]
		if !replaced || next == at || !slices.ContainsFunc(f.of(next).secrets, func(o Secret) bool {
			return o.Detector == s.Detector && o.Digest == s.Digest
		}) {
			return layer
		}
		at = next
		copies[secretAt{at, s.Detector, s.Digest}] = true
	}
	return -1
}

// fromPackage reports whether a secret is part of what a distribution
// publishes: an example key, a test. Values that only have a telling name are
// left out of every file that a package owns; others only of files below usr
// that came in the same layer as the package's file list, since people put
// their own secrets into a package's configuration.
func (f *fold) fromPackage(at ref, s Secret) bool {
	if !s.Generic && !strings.HasPrefix(s.Path, "usr/") {
		return false
	}
	if s.Generic {
		n := f.view.lookup(s.Path, false)
		return n != nil && n.at == at && f.ownedFiles()[n]
	}
	return f.listedIn(at.layer)[s.Path]
}

// listedIn returns the files that the file lists of one layer name.
func (f *fold) listedIn(layer int) map[string]bool {
	if f.listed == nil {
		f.listed = make([]map[string]bool, len(f.layers))
	}
	if f.listed[layer] == nil {
		f.listed[layer] = map[string]bool{}
		for _, files := range f.layers[layer].Inventory.Owned {
			for _, name := range files {
				f.listed[layer][name] = true
			}
		}
	}
	return f.listed[layer]
}

// stated searches what the image says of itself: environment, labels, history.
// Everyone who can pull it can read these, too.
func (p *Platform) stated(rules *secret.Searcher) []Secret {
	if rules == nil {
		return nil
	}
	var labels []string
	for k, v := range p.Config.Labels {
		labels = append(labels, k+"="+v)
	}
	slices.Sort(labels)
	out := statedLines(rules, "config:Env", p.Config.Env)
	out = append(out, statedLines(rules, "config:Labels", labels)...)
	out = append(out, statedLines(rules, "config:Entrypoint", p.Config.Entrypoint)...)
	out = append(out, statedLines(rules, "config:Cmd", p.Config.Cmd)...)
	for i, h := range p.History {
		for n, text := range []string{h.CreatedBy, h.Comment} {
			found, _ := rules.Search(fmt.Sprintf("history:%d", i), []byte(text), secret.Guessed, MaxSecretBytes)
			for _, f := range found {
				s := secretOf(f)
				s.Path, s.Line, s.Layer = fmt.Sprintf("history:%d", i), 0, h.Layer
				if n == 0 || !slices.ContainsFunc(out, func(o Secret) bool { return o.Path == s.Path && o.Digest == s.Digest }) {
					out = append(out, s)
				}
			}
		}
	}
	return out
}

// statedLines searches a list of short texts, each on its own; Line counts them.
func statedLines(rules *secret.Searcher, place string, texts []string) []Secret {
	var out []Secret
	for i, text := range texts {
		found, _ := rules.Search(place, []byte(text), secret.Guessed, MaxSecretBytes)
		for _, f := range found {
			s := secretOf(f)
			s.Path, s.Line, s.Layer = place, i+1, -1
			out = append(out, s)
		}
	}
	return out
}
