package admission

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/interpreter"
	plugin "k8s.io/apiserver/pkg/admission/plugin/cel"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
)

// evaluation is one policy over one object with one set of parameters.
type evaluation struct {
	policy     *policy
	activation interpreter.Activation
	context    plugin.CompositionContext
	budget     int64
	// total is what is left for all evaluations of the run.
	total *int64
}

// errBudget ends the evaluations of a policy over an object, as in the API
// server, or all of them.
var errBudget = errors.New("it costs more than the API server allows")

// newEvaluation makes the variables and everything that is unknown known to the
// expressions of a policy.
func (p *policy) evaluation(vars map[string]any, open []*cel.AttributePatternType, total *int64) (*evaluation, error) {
	a, err := interpreter.NewPartialActivation(vars, open...)
	if err != nil {
		return nil, err
	}
	e := &evaluation{policy: p, activation: a, context: p.compiler.composed.CreateContext(context.Background()), total: total}
	vars[plugin.VariableVarName] = e.context.Variables(a)
	return e, nil
}

// value evaluates one expression. An answer that hangs on what is not known is
// an error, as is what the evaluator itself fails at.
func (e *evaluation) value(p *program) (ref.Val, error) {
	v, details, err := p.run.ContextEval(e.context, e.activation)
	cost := int64(minCost)
	if details != nil {
		if c := details.ActualCost(); c != nil {
			cost += int64(min(*c, math.MaxInt32))
		}
	}
	cost += e.context.GetAndResetCost()
	e.budget -= cost
	*e.total -= cost
	switch {
	case *e.total < 0:
		return nil, errTotal
	case e.budget < 0 || err != nil && strings.Contains(err.Error(), "cost limit exceeded"):
		e.policy.costly = true
		return nil, errBudget
	case err != nil:
		return nil, errors.New(firstLine(err.Error()))
	case types.IsUnknown(v):
		return nil, fmt.Errorf("%s not known before there is a cluster", unknowns(v))
	}
	return v, nil
}

var errTotal = fmt.Errorf("the policies and rules of this project cost more than the limit of %d units", int64(maxCost))

// unknowns names what an answer hangs on.
func unknowns(v ref.Val) string {
	u, ok := v.(*types.Unknown)
	if !ok {
		return "what it asks for is"
	}
	var names []string
	for _, id := range u.IDs() {
		trails, _ := u.GetAttributeTrails(id)
		for _, t := range trails {
			name := t.Variable()
			if name == "" {
				continue
			}
			for _, q := range t.QualifierPath() {
				if s, ok := q.(string); ok {
					name += "." + s
				}
			}
			names = append(names, name)
		}
	}
	switch len(names) {
	case 0:
		return "what it asks for is"
	case 1:
		return names[0] + " is"
	}
	return strings.Join(names, ", ") + " are"
}

// conditions asks the matchConditions: one that is false takes the policy out of
// the way, even where another is not known.
func (e *evaluation) conditions() (answer, *program, error) {
	e.budget = celconfig.RuntimeCELCostBudgetMatchConditions
	out, at, why := yes, (*program)(nil), error(nil)
	for _, c := range e.policy.conditions {
		v, err := e.value(c)
		switch {
		case err != nil:
			if out == yes {
				out, at, why = unknown, c, err
			}
			if errors.Is(err, errBudget) || errors.Is(err, errTotal) {
				return out, at, err
			}
		case v != types.True:
			return no, nil, nil
		}
	}
	return out, at, why
}

// text returns the message of a failed validation: what messageExpression makes,
// unless that fails, is empty, too long or of several lines; else message; else
// the expression.
func (e *evaluation) text(v validation) string {
	if v.messageOf != nil {
		if got, err := e.value(v.messageOf); err == nil {
			if s, ok := got.Value().(string); ok {
				s = strings.TrimSpace(s)
				if s != "" && len(s) <= maxMessage && !strings.Contains(s, "\n") {
					return s
				}
			}
		}
	}
	if v.message != "" {
		return v.message
	}
	return "failed expression: " + strings.Join(strings.Fields(v.text), " ")
}
