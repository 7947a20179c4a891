// Package imagetest assembles container images from a few lines of text or Go:
// the examples of rules, the tests of readers, and the demo all judge images
// made here. Equal specifications give equal bytes.
package imagetest
