package admission

// Limits on what policies may cost. Each is named in the message of what hits
// it. One expression and one policy over one object are bounded as in the API
// server (k8s.io/apiserver/pkg/apis/cel), in the same units of cost: a million
// is about a tenth of a second.
const (
	// maxPolicies bounds the policies and rules of one project.
	maxPolicies = 1_000
	// maxExpressions bounds the conditions, variables and validations of one policy.
	maxExpressions = 200
	// maxExpression bounds the bytes of one expression.
	maxExpression = 64 << 10
	// maxCost bounds the cost of all evaluations of one run. A policy that hits a
	// limit of the API server once is not evaluated again.
	maxCost = 30_000_000
	// minCost is charged for each evaluation, for what its units leave out.
	minCost = 20
	// maxMessage bounds the bytes of a message that an expression makes, as the API
	// server does.
	maxMessage = 5 << 10
	// maxReason bounds the bytes of the evaluator's own words in a message.
	maxReason = 300
	// maxParams bounds the parameter objects of one binding for one object.
	maxParams = 100
	// maxNamed bounds the objects that are named for one undecided expression.
	maxNamed = 20
)
