// Package source is the repository under test: which files it holds, their
// text, places in that text, edits to it, and the ignore comments written in it.
//
// It knows nothing of what the files mean. A File is read once and never
// changes; a Span is the one way in which every other package names a place.
package source
