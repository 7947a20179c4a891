package manifest

import "sigs.k8s.io/kustomize/kyaml/yaml"

// unshare gives every place of a rendered object nodes of its own. Kustomize
// puts one node in several places, such as the value of a label, and a Field is
// found again by its node.
func unshare(root *yaml.Node) {
	seen := map[*yaml.Node]bool{}
	var visit func(n *yaml.Node)
	visit = func(n *yaml.Node) {
		for i, child := range n.Content {
			if seen[child] {
				child = yaml.CopyYNode(child)
				n.Content[i] = child
			}
			seen[child] = true
			visit(child)
		}
	}
	visit(root)
}
