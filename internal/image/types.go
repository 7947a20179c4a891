package image

import (
	"time"

	"github.com/tidewaiter/tidewaiter/internal/registry"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// Image is everything read of one reference.
type Image struct {
	// Ref is the reference as given, Resolved what was read.
	Ref       string
	Resolved  registry.Resolved
	Platforms []*Platform
}

// Platform is one platform of an image: its configuration, its layers, and the
// folded view of what a container sees.
type Platform struct {
	Image    *Image
	Platform registry.Platform
	// Digest is that of the platform's own manifest.
	Digest string
	Config Config
	// Created is the zero time where the image does not say, or says year 1 or 1970.
	Created time.Time
	History []History
	Layers  []*Layer
	// Distro is read from the folded os-release.
	Distro Distro
	// Packages are those a container sees, packages owned by the distribution's
	// manager reported once, by it; sorted by PURL and path.
	Packages []Package
	// Files are notable files a container sees (see FileKind), sorted by path.
	Files []File
	// Deleted are files that a container no longer sees and the image still holds.
	Deleted []Deleted
	// Secrets are those of all layers, deleted ones included.
	Secrets []Secret
	// Accounts are the users of the folded etc/passwd and etc/shadow.
	Accounts    []Account
	NotAnalysed []source.NotAnalysed
}

// Config is the part of the image configuration that rules look at.
type Config struct {
	User       string
	Env        []string
	Entrypoint []string
	Cmd        []string
	WorkingDir string
	Exposed    []string
	Volumes    []string
	Labels     map[string]string
}

// History is one entry of the image's history.
type History struct {
	CreatedBy  string
	Comment    string
	Created    time.Time
	EmptyLayer bool
	// Layer is the index into Layers, -1 for an empty layer.
	Layer int
}

// Layer is one layer and what it alone holds.
type Layer struct {
	Index          int
	Digest, DiffID string
	// History is the index into Platform.History, -1 where the history does not
	// tell.
	History   int
	Inventory *Inventory
}

// Inventory is what one layer adds and removes, independent of the image it is
// in: a pure function of the layer's bytes.
type Inventory struct {
	DiffID string
	// Bytes is the uncompressed size, Entries the number of tar entries.
	Bytes   int64
	Entries int
	// Paths are all regular files, links and directories added, in tar order.
	Paths []Path
	// Whiteouts are paths removed; Opaques directories emptied.
	Whiteouts, Opaques []string
	// Packages are found in this layer's own files.
	Packages []Package
	Files    []File
	Secrets  []Secret
	// Text holds small files needed by the fold: os-release, passwd, shadow, group.
	Text map[string]string
	// Owned holds, by the path of a package manager's file list, the files it
	// says it installed.
	Owned map[string][]string
	// NotAnalysed lists files of this layer that could not be read, by their path
	// in the image.
	NotAnalysed []source.NotAnalysed

	tried int64 `cache:"-"` // see MaxTriedBytes
	// unpacked counts what archives were unpacked to, see MaxArchiveBytes.
	unpacked int64 `cache:"-"`
}

// Path is one entry of a layer.
type Path struct {
	Name string // without leading slash
	Dir  bool
	Link string // target of a hard or symbolic link, "" otherwise
	Hard bool   // Link names an entry of the image whose content this is
	// Special marks devices and pipes.
	Special bool
	Mode    uint32
	Size    int64
}

// Package is one installed package.
type Package struct {
	Name, Version string
	// Type is the PURL type: deb, apk, golang, npm, …
	Type string
	// PURL is canonical, distribution qualifiers included.
	PURL string
	// Source and SourceVersion name the source package, which the
	// distributions' advisories speak of; equal to Name and Version where there
	// is none.
	Source, SourceVersion string
	// Architecture as the package manager names it, "" where it has none.
	Architecture string
	// Licence is what the package says of its licence, in its own words, "" where it
	// does not say or not for machines.
	Licence string
	// Path is the file that told of it; Layer the index of the layer that
	// brought this version in.
	Path  string
	Layer int
	// Inside is set in inventories only: the path within the archive Path, where the
	// package was found in an archive inside of it. The fold joins the two with "!/".
	Inside string
}

// FileKind says why a file is notable.
type FileKind string

// The kinds.
const (
	SetUID         FileKind = "setuid"
	SetGID         FileKind = "setgid"
	WorldWritable  FileKind = "world-writable"
	Shell          FileKind = "shell"
	PackageManager FileKind = "package-manager"
	SSHServer      FileKind = "ssh-server" // and its predecessors
	InitSystem     FileKind = "init-system"
	AttackTool     FileKind = "attack-tool"
	DebugTool      FileKind = "debug-tool"
	TrustAnchor    FileKind = "trust-anchor" // a certificate authority added to those trusted
	// WorldWritableFolder is one in which every user may replace the files of others:
	// without the sticky bit.
	WorldWritableFolder FileKind = "world-writable-folder"
)

// File is a notable file.
type File struct {
	Kind  FileKind
	Path  string // without leading slash
	Mode  uint32
	Layer int
}

// Deleted is a file of one layer that a later one removes.
type Deleted struct {
	Path string // without leading slash
	Size int64  // in bytes
	// Credential is true where the name says that it holds one.
	Credential       bool
	Layer, DeletedIn int
}

// Secret is a credential found in a layer, the configuration or the history.
// The value itself is never kept.
type Secret struct {
	// Detector names the form ("github-pat"), Description says it in words.
	Detector, Description string
	// Path is the file, or "config:Env" and "history:3" for those; Line is
	// 1-based, 0 where there is none.
	Path string
	Line int
	// Inside is the file within the archive that Path is, "!/" between the parts
	// where archives lie in archives; "" where Path is no archive.
	Inside string
	// Generic is true where only the name beside the value ("password=") and its
	// randomness gave it away, not its form: less sure. Files that a package
	// manager installed are not searched for such.
	Generic bool
	// Masked shows first and last characters only.
	Masked string
	// Digest is sha256 over the value, to tell equal secrets, hex, 16 digits.
	Digest string
	Layer  int
	// DeletedIn is the index of a later layer that removes the file, -1 if none.
	DeletedIn int
}

// Distro is the distribution of an image; ID is "" where there is none (scratch).
type Distro struct {
	// ID and VersionID are as in os-release ("debian", "12"); Name is PRETTY_NAME.
	ID, VersionID, Name string
	// Layer is the one that brought os-release.
	Layer int
}

// Account is one user of the image.
type Account struct {
	Name, Shell string
	UID, GID    int
	// Password is "empty", "locked", "set", "default" (a hash of a well-known
	// password) or "shadow-missing".
	Password string
	Layer    int
}
