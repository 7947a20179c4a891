package yamldoc

// Limits on one YAML file. Each is named in the message of the input that hits it.
const (
	// MaxNodes bounds the nodes of one document after its aliases are expanded,
	// so that a few hundred bytes of nested anchors cannot fill the memory.
	MaxNodes = 1_000_000
	// MaxDepth bounds how deep maps and lists may be nested, aliases included.
	MaxDepth = 512
	// MaxKeys bounds the keys of one map, merged ones not counted: kustomize and
	// the expansion of aliases look each of them up among all others.
	MaxKeys = 10_000
	// MaxDocuments bounds the documents of one file.
	MaxDocuments = 10_000
	// MaxErrors bounds the mistakes that one Decode reports.
	MaxErrors = 20
)
