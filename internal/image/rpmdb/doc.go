// Package rpmdb reads the database in which rpm keeps what is installed, out of
// memory: the SQLite file of rpm 4.16 and later (rpmdb.sqlite), the "native" one of
// SUSE (Packages.db), and Berkeley DB's hash of older releases (Packages).
//
// It is written here because the libraries for it leave out the lists of files, by
// which it is told who owns a package.json, want a file on disk, link a whole SQL
// engine, and hang on a damaged Berkeley DB. Headers are those of
// https://rpm-software-management.github.io/rpm/manual/format_header.html.
package rpmdb
