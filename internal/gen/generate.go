// Package gen holds the generators; "go generate ./..." runs them all.
package gen

//go:generate go run ./gendocs -root ../..
