// Package deploy holds the rules that judge Kubernetes manifests (TW-K), one file each.
package deploy

//go:generate go run ../../gen/genlist
