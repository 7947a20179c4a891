package rpmdb

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// Package is one installed package.
type Package struct {
	Name, Version, Release, Arch string
	// Epoch is 0 where none is set, which rpm holds to be the same.
	Epoch uint32
	// SourceRPM is the file name of the source package, "" for packages that were
	// not built from one.
	SourceRPM string
	// Licence is in the words of the packager.
	Licence string
	// Module is the modularity label, "nodejs:18:…", "" for most.
	Module string
	// Files are the paths of its files, without leading slash.
	Files []string
}

// Is reports whether data begins as one of the three kinds of databases does.
func Is(head []byte) bool { return kindOf(head) != nil }

// Read returns the packages of a database. Where a part of it is damaged, it
// returns those of the rest and an error. The result keeps nothing of data.
func Read(data []byte) ([]Package, error) {
	each := kindOf(data)
	if each == nil {
		return nil, errors.New("it is no database of rpm in SQLite, NDB or Berkeley DB hash form")
	}
	var r reader
	err := each(data, r.add)
	return r.packages, errors.Join(err, r.damaged)
}

// kindOf returns what goes over the headers of a database. It calls visit for each,
// and stops where that returns an error.
func kindOf(data []byte) func(data []byte, visit func(header []byte) error) error {
	switch {
	case bytes.HasPrefix(data, []byte(sqliteMagic)):
		return eachSQLite
	case bytes.HasPrefix(data, []byte(ndbMagic)):
		return eachNDB
	case bdbOrder(data) != nil:
		return eachBDB
	}
	return nil
}

// reader collects packages.
type reader struct {
	packages    []Package
	files, text int
	damaged     error
}

// add reads one header. A damaged one is remembered and passed over.
func (r *reader) add(header []byte) error {
	if len(r.packages) == MaxPackages {
		return fmt.Errorf("more than the limit of %d packages", MaxPackages)
	}
	p, err := parseHeader(header)
	switch {
	case err != nil:
		r.damaged = fmt.Errorf("the entry of a package: %w", err)
		return nil
	case p.Name == "gpg-pubkey": // a trusted key, kept in the form of a package
		return nil
	}
	r.files += len(p.Files)
	for _, f := range p.Files {
		r.text += len(f)
	}
	if r.files > MaxFiles || r.text > MaxFileNameBytes {
		return fmt.Errorf("its lists name more than the limit of %d files or %d bytes", MaxFiles, MaxFileNameBytes)
	}
	r.packages = append(r.packages, p)
	return nil
}

// errDamaged is an offset or length that points outside of the database.
var errDamaged = errors.New("it is damaged: an offset points outside of it")

// slice returns data[from:from+size], or an error where that is not there.
func slice(data []byte, from, size int64) ([]byte, error) {
	if from < 0 || size < 0 || from > int64(len(data)) || size > int64(len(data))-from {
		return nil, errDamaged
	}
	return data[from : from+size], nil
}

// number reads 32 bits at an offset.
func number(order binary.ByteOrder, data []byte, at int64) (int64, error) {
	b, err := slice(data, at, 4)
	if err != nil {
		return 0, err
	}
	return int64(order.Uint32(b)), nil
}
