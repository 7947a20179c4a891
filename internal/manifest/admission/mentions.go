package admission

import (
	"slices"
	"strconv"
	"strings"

	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/operators"
	"github.com/google/cel-go/common/types"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
)

// path leads from an object, or from the container that a rule looks at, to a
// field: keys, and list positions as "[0]".
type path struct {
	container bool
	// through is true where a variable names the field, not the expression itself.
	through bool
	steps   []string
}

// mentions returns the fields that an expression names. A variable stands for
// the fields that it names itself.
func (c *compiler) mentions(root ast.NavigableExpr) []path {
	var out []path
	add := func(p path) {
		same := func(q path) bool { return p.container == q.container && slices.Equal(p.steps, q.steps) }
		if !slices.ContainsFunc(out, same) {
			out = append(out, p)
		}
	}
	var visit func(e ast.NavigableExpr)
	visit = func(e ast.NavigableExpr) {
		if p, variable, ok := chain(e); ok {
			if variable != "" {
				for _, q := range c.variables[variable] {
					add(path{q.container, true, slices.Concat(q.steps, p.steps)})
				}
			} else {
				add(p)
			}
			return
		}
		for _, child := range e.Children() {
			visit(child)
		}
	}
	visit(root)
	return out
}

// chain reads an expression that is nothing but a way down from "object",
// "container" or "variables.x": selections, optional ones, and literal indexes.
func chain(e ast.NavigableExpr) (p path, variable string, ok bool) {
	switch e.Kind() {
	case ast.IdentKind:
		name := e.AsIdent()
		return path{container: name == "container"}, "", name == "object" || name == "container"
	case ast.SelectKind:
		s := e.AsSelect()
		operand := e.Children()[0]
		if s.Operand().Kind() == ast.IdentKind && s.Operand().AsIdent() == "variables" {
			return path{}, s.FieldName(), true
		}
		p, variable, ok = chain(operand)
		p.steps = append(slices.Clip(p.steps), s.FieldName())
	case ast.CallKind:
		call := e.AsCall()
		children := e.Children()
		switch call.FunctionName() {
		case operators.Index, operators.OptIndex, operators.OptSelect:
		default:
			return path{}, "", false
		}
		if len(children) != 2 || children[1].Kind() != ast.LiteralKind {
			return path{}, "", false
		}
		p, variable, ok = chain(children[0])
		switch v := children[1].AsLiteral().(type) {
		case types.String:
			p.steps = append(slices.Clip(p.steps), string(v))
		case types.Int:
			p.steps = append(slices.Clip(p.steps), "["+strconv.FormatInt(int64(v), 10)+"]")
		default:
			return path{}, "", false
		}
	}
	return p, variable, ok
}

// fault returns the field at which a person would change what the expression
// refuses: the one that it names, or where it names several the deepest that all
// of them are below. What says which objects are meant (the kind, the name) is
// passed over where there is something else, and so is what a variable names where
// the expression itself names something.
func fault(mentions []path, o *manifest.Object, c *manifest.Container) manifest.Field {
	var ways [][]string
	direct := slices.ContainsFunc(mentions, func(p path) bool { return !p.through && !identity(p) })
	for _, p := range mentions {
		if identity(p) || direct && p.through {
			continue
		}
		steps := p.steps
		if p.container && c != nil {
			steps = slices.Concat(strings.Split(strings.ReplaceAll(c.Field.Path(), "[", ".["), "."), steps)
		}
		ways = append(ways, steps)
	}
	switch {
	case len(ways) > 0:
		return o.Root().At(common(ways))
	case c != nil:
		return c.Field
	}
	return o.Root()
}

func identity(p path) bool {
	steps := p.steps
	return !p.container && (len(steps) == 0 || len(steps) <= 2 && slices.Contains([]string{"kind", "apiVersion", "metadata.name", "metadata.namespace"}, strings.Join(steps, ".")))
}

// common returns the deepest of ways that lead on one from the other; where they
// part, what all of them share.
func common(ways [][]string) []string {
	out, parted := ways[0], false
	for _, w := range ways[1:] {
		n := 0
		for n < len(out) && n < len(w) && out[n] == w[n] {
			n++
		}
		switch {
		case n == len(out) && !parted:
			out = w
		case n < len(out) && n < len(w):
			out, parted = out[:n], true
		case n < len(out) && parted:
			out = out[:n]
		}
	}
	return out
}
