// Package across holds the rules that judge joins of worlds (TW-X), one file each.
package across

//go:generate go run ../../gen/genlist
