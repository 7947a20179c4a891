// Package compare tells what a change brought: which findings were there before,
// wherever their lines have gone, and which ignores and files left judgement.
//
// It is pure: it sees two judged states of a repository and reads nothing else.
package compare
