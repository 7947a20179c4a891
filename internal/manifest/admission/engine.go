package admission

import (
	"fmt"
	"sync"

	"github.com/google/cel-go/cel"
	"k8s.io/apimachinery/pkg/util/version"
	plugin "k8s.io/apiserver/pkg/admission/plugin/cel"
	apiservercel "k8s.io/apiserver/pkg/cel"
	"k8s.io/apiserver/pkg/cel/environment"
	"k8s.io/apiserver/pkg/cel/library"
)

// dialect says which variables an expression may use beside those that every
// policy has.
type dialect struct {
	params    bool // of a policy with a paramKind
	rule      bool // the project's own: objects, overlay
	container bool // and container, image
}

// engine makes the environments, each once and only when it is needed: making
// one costs milliseconds.
type engine struct {
	mu   sync.Mutex
	sets map[dialect]*environment.EnvSet
}

func (e *engine) set(d dialect) (*environment.EnvSet, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if s := e.sets[d]; s != nil {
		return s, nil
	}
	base := environment.MustBaseEnvSet(environment.DefaultCompatibilityVersion())
	s, err := base.Extend(declarations(d), environment.StrictCostOpt)
	if err != nil {
		return nil, fmt.Errorf("make the environment of policies: %w", err)
	}
	if e.sets == nil {
		e.sets = map[dialect]*environment.EnvSet{}
	}
	e.sets[d] = s
	return s, nil
}

// declarations are the variables of
// https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/,
// with partial evaluation, so that what is not known stays unknown.
func declarations(d dialect) environment.VersionedOptions {
	request, namespace := plugin.BuildRequestType(), plugin.BuildNamespaceType()
	out := environment.VersionedOptions{
		IntroducedVersion: version.MajorMinor(1, 0),
		DeclTypes:         []*apiservercel.DeclType{request, namespace},
		EnvOptions: []cel.EnvOption{
			cel.Variable(plugin.ObjectVarName, cel.DynType),
			cel.Variable(plugin.OldObjectVarName, cel.DynType),
			cel.Variable(plugin.RequestVarName, request.CelType()),
			cel.Variable(plugin.NamespaceVarName, namespace.CelType()),
			cel.Variable(plugin.AuthorizerVarName, library.AuthorizerType),
			cel.Variable(plugin.RequestResourceAuthorizerVarName, library.ResourceCheckType),
		},
		ProgramOptions: []cel.ProgramOption{cel.EvalOptions(cel.OptPartialEval)},
	}
	declare := func(name string, t *cel.Type) {
		out.EnvOptions = append(out.EnvOptions, cel.Variable(name, t))
	}
	if d.params {
		declare(plugin.ParamsVarName, cel.DynType)
	}
	if d.rule {
		declare("objects", cel.ListType(cel.DynType))
		declare("overlay", cel.StringType)
	}
	if d.container {
		declare("container", cel.DynType)
		declare("image", cel.DynType)
	}
	return out
}
