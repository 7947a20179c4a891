// Package arch holds no code: its tests hold the project to its own rules of
// structure, by parsing every file. See docs/architecture.md.
package arch
