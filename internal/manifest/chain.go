package manifest

import (
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// explain returns the chain that leads to a place: where the entry kustomization
// takes it in, where a patch or transformer is applied, and what the base writes.
func (l *kustLocator) explain(from *origin, steps []step, path []string, at source.Span) []source.Related {
	return append(l.chain(at), l.counterpart(from, steps, path, at)...)
}

// chain returns the lines by which a file comes into the render: the mention of
// what leads to it in the entry kustomization, and of a file that is no resource.
func (l *kustLocator) chain(at source.Span) []source.Related {
	m, r := l.closure.user(at.Path())
	if m == nil {
		return nil
	}
	var out []source.Related
	if below, via := m, m.parent; via != nil {
		for ; via.parent != nil; below, via = via, via.parent {
		}
		for _, link := range via.refs {
			if link.isDir && link.target == below.Dir && link.node != nil {
				out = append(out, source.Related{At: via.span(link.node).FirstLine(), Message: via.takesIn()})
				break
			}
		}
	}
	if r != nil && r.role > roleComponent && r.node != nil {
		out = append(out, source.Related{At: m.span(r.node).FirstLine(), Message: "applied here"})
	}
	return out
}

// user returns the outermost kustomization that is or uses a file, and the mention
// of the file in it.
func (c *closure) user(file string) (*member, *reference) {
	for _, m := range c.members {
		if m.Path == file {
			return m, nil
		}
		for i, r := range m.refs {
			if !r.isDir && r.target == file {
				return m, &m.refs[i]
			}
		}
	}
	return nil, nil
}

// Origin returns where the object was first written, before any overlay: its
// first line there. It is the zero Span for an object that a generator made. Two
// objects of different renders with the same origin are one to the person who
// edits it.
func (o *Object) Origin() source.Span {
	switch l := o.locator.(type) {
	case plainLocator:
		return l.doc.Span(o.root).FirstLine()
	case *kustLocator:
		if from := l.origin(); from != nil {
			return from.spanOf(from.root).FirstLine()
		}
	}
	return source.Span{}
}

// In returns the field that is the same in another object, list items being
// found by their names.
func (f Field) In(o *Object) Field {
	path := f.steps()
	steps, _ := walk(f.object.root, path)
	at := []step{{node: o.root}}
	for i, p := range path {
		if _, isIndex := itemIndex(p); isIndex && i+1 < len(steps) {
			p = sameItem(at[len(at)-1].node, steps[i+1].node, p)
		}
		next, ok := descend(at[len(at)-1].node, p)
		if next.node == nil || !ok {
			return Field{object: o, node: at[len(at)-1].node}.absent(path[i:])
		}
		at = append(at, next)
	}
	return Field{object: o, node: at[len(at)-1].node}
}
