package arch_test

import (
	"go/ast"
	"regexp"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// An expression that is compiled at its first use must not be found malformed
// by a user: every one is compiled here.
func TestLazyExpressionsCompile(t *testing.T) {
	count := 0
	for _, f := range files(t) {
		ast.Inspect(f.ast, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || selector(call.Fun) != "lazyregexp.New" || f.test {
				return true
			}
			text := literal(call.Args[0])
			require.NotEmpty(t, text, "%s: give lazyregexp.New a literal, so that this test can compile it", f.path)
			_, err := regexp.Compile(text)
			require.NoError(t, err, f.path)
			count++
			return true
		})
	}
	require.Greater(t, count, 50, "the expressions have gone elsewhere")
}

// Package variables are compiled lazily: compiling them all costs more than
// starting the program.
func TestNoExpressionIsCompiledAtStart(t *testing.T) {
	for _, f := range files(t) {
		if f.test || f.dir == "internal/ruletest" || f.dir == "internal/gen/docs" {
			continue
		}
		for _, d := range f.ast.Decls {
			if g, ok := d.(*ast.GenDecl); ok {
				ast.Inspect(g, func(n ast.Node) bool {
					if call, ok := n.(*ast.CallExpr); ok {
						require.NotEqual(t, "regexp.MustCompile", selector(call.Fun), "%s: use lazyregexp.New", f.path)
					}
					_, fn := n.(*ast.FuncLit)
					return !fn
				})
			}
		}
	}
}

// selector returns "x.Name" of a selector expression, "" for anything else.
func selector(e ast.Expr) string {
	if s, ok := e.(*ast.SelectorExpr); ok {
		if x, ok := s.X.(*ast.Ident); ok {
			return x.Name + "." + s.Sel.Name
		}
	}
	return ""
}

// literal returns the text of a string literal or of several added up.
func literal(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		s, err := strconv.Unquote(e.Value)
		if err != nil {
			return ""
		}
		return s
	case *ast.BinaryExpr:
		return literal(e.X) + literal(e.Y)
	}
	return ""
}
