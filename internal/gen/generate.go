// Package gen holds the generators; "go generate ./..." runs them all, the lists
// of rules before the documentation that is made from them.
package gen

//go:generate go run ./genlist ../rules/build ../rules/deploy ../rules/cluster ../rules/artifact ../rules/across ../rules/project
//go:generate go run ./gendocs -root ../..
