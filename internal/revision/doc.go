// Package revision reads the past of a git repository: what differs between a
// revision and the files on disk, and a revision's tree as files.
//
// It is the one owner of go-git, of which it uses the storage alone: it runs no
// program, hook or filter, follows no include of a configuration, and asks no
// network.
package revision
