package admission

import (
	"fmt"
	"strings"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/ast"
	plugin "k8s.io/apiserver/pkg/admission/plugin/cel"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	apiservercel "k8s.io/apiserver/pkg/cel"
	"k8s.io/apiserver/pkg/cel/environment"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
)

// expression is the text of one expression of a policy.
type expression struct {
	name   string // of a variable or a condition
	text   string
	field  manifest.Field
	result []*cel.Type
}

// GetName, GetExpression and ReturnTypes let the library read an expression.
func (e *expression) GetName() string { return e.name }

// GetExpression returns the text.
func (e *expression) GetExpression() string { return e.text }

// ReturnTypes returns the types of which the value must be one.
func (e *expression) ReturnTypes() []*cel.Type { return e.result }

// read makes an expression of a scalar; nil where there is none.
func read(f manifest.Field, result ...*cel.Type) *expression {
	if strings.TrimSpace(f.String()) == "" {
		return nil
	}
	return &expression{text: f.String(), field: f, result: result}
}

// program is a compiled expression.
type program struct {
	*expression
	run cel.Program
	// mentions are the paths below object that the expression names, in its order,
	// those of the variables that it uses included.
	mentions []path
}

// mistake is a part of an expression that does not compile. Line and column are
// of the expression's text, 1-based, 0 for unknown.
type mistake struct {
	expression   *expression
	line, column int
	reason       string
}

// compiler compiles the expressions of one policy, which may use its variables.
type compiler struct {
	composed  *plugin.CompositedCompiler
	variables map[string][]path
	mistakes  []mistake
}

func (e *engine) compiler(d dialect) (*compiler, error) {
	set, err := e.set(d)
	if err != nil {
		return nil, err
	}
	composed, err := plugin.NewCompositedCompilerForTypeChecking(set)
	if err != nil {
		return nil, fmt.Errorf("make the environment of policies: %w", err)
	}
	c := &compiler{composed: composed, variables: map[string][]path{}}
	composed.Compiler = c
	return c, nil
}

// variable compiles a variable and declares it for the expressions after it.
func (c *compiler) variable(e *expression) {
	c.composed.CompileAndStoreVariable(e, plugin.OptionalVariableDeclarations{}, environment.StoredExpressions)
}

// CompileCELExpression implements the library's compiler, with one environment
// where the library's own makes eight.
func (c *compiler) CompileCELExpression(a plugin.ExpressionAccessor, _ plugin.OptionalVariableDeclarations, mode environment.Type) plugin.CompilationResult {
	e := a.(*expression)
	p, tree := c.compile(e, mode)
	if p == nil {
		return plugin.CompilationResult{ExpressionAccessor: a, Error: &apiservercel.Error{Type: apiservercel.ErrorTypeInvalid, Detail: "it does not compile"}}
	}
	c.variables[e.name] = p.mentions
	return plugin.CompilationResult{ExpressionAccessor: a, Program: p.run, OutputType: tree.OutputType()}
}

// program compiles an expression, nil for none or where it does not compile.
func (c *compiler) program(e *expression) *program {
	if e == nil {
		return nil
	}
	p, _ := c.compile(e, environment.StoredExpressions)
	return p
}

// compile notes mistakes. The environment is that for stored expressions, the
// most permissive: what does not compile in it compiles in no cluster of the
// library's version or before.
func (c *compiler) compile(e *expression, mode environment.Type) (*program, *cel.Ast) {
	fail := func(line, column int, reason string) {
		c.mistakes = append(c.mistakes, mistake{e, line, column, reason})
	}
	if len(e.text) > maxExpression {
		fail(0, 0, fmt.Sprintf("longer than the limit of %d bytes", maxExpression))
		return nil, nil
	}
	env, err := c.composed.Env(mode)
	if err != nil {
		fail(0, 0, err.Error())
		return nil, nil
	}
	tree, issues := env.Compile(e.text)
	if issues.Err() != nil {
		for _, i := range issues.Errors() {
			fail(i.Location.Line(), i.Location.Column()+1, firstLine(i.Message))
		}
		return nil, nil
	}
	if !e.returns(tree.OutputType()) {
		fail(0, 0, fmt.Sprintf("it is %s and must be %s", tree.OutputType(), e.result[0]))
		return nil, nil
	}
	run, err := env.Program(tree, cel.InterruptCheckFrequency(celconfig.CheckFrequency))
	if err != nil {
		fail(0, 0, err.Error())
		return nil, nil
	}
	return &program{e, run, c.mentions(ast.NavigateAST(tree.NativeRep()))}, tree
}

func (e *expression) returns(t *cel.Type) bool {
	for _, want := range e.result {
		if t.IsExactType(want) || cel.AnyType.IsExactType(want) {
			return true
		}
	}
	return false
}

func firstLine(text string) string {
	text, _, _ = strings.Cut(strings.TrimSpace(text), "\n")
	if len(text) > maxReason {
		text = strings.ToValidUTF8(text[:maxReason], "") + " …"
	}
	return text
}
