// Package yamldoc reads YAML and JSON text of the repository into documents
// whose nodes know their exact place in the file, and decodes configuration
// strictly, with the line of every mistake.
//
// It is the one owner of go.yaml.in/yaml. It knows nothing of what the
// documents mean.
package yamldoc
