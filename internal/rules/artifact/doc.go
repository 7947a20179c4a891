// Package artifact holds the rules that judge images (TW-I), one file each.
package artifact

//go:generate go run ../../gen/genlist
