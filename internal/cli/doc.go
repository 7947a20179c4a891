// Package cli is the command line: verbs, flags, the action's inputs, exit
// codes. It alone touches arguments, the environment and the process.
package cli
