package schema

import "sigs.k8s.io/kustomize/kyaml/yaml"

// Bounds are what a definition demands of a value beside its type.
type Bounds struct{}

func (c *checker) bounds(_, _ *yaml.Node, _ *Type) {}
