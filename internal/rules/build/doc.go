// Package build holds the rules that judge Dockerfiles (TW-D), one file each.
package build

//go:generate go run ../../gen/genlist
