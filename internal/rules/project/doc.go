// Package project holds the rules that judge the project itself (TW-P), one file each.
package project

//go:generate go run ../../gen/genlist
