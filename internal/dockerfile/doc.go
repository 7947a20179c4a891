// Package dockerfile reads a Dockerfile into stages, instructions and shell
// commands, each with its exact place in the file.
//
// It is the one owner of github.com/moby/buildkit, github.com/moby/patternmatcher
// and mvdan.cc/sh. It judges
// nothing.
package dockerfile
