package image_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/image/imagetest"
)

func TestNotablePrograms(t *testing.T) {
	mode := func(path string, mode uint32) imagetest.FileSpec {
		return imagetest.FileSpec{Path: path, Mode: mode, Data: []byte("x")}
	}
	p := read(t, layers(imagetest.LayerSpec{Files: []imagetest.FileSpec{
		mode("usr/sbin/sshd", 0o755), mode("usr/lib/systemd/systemd", 0o755), mode("usr/local/bin/nmap", 0o755), mode("usr/bin/nc.openbsd", 0o755),
		mode("opt/app/nmap", 0o755), mode("usr/bin/gdb", 0o644), {Path: "usr/bin/nc", Link: "nc.openbsd"},
		mode("usr/local/share/ca-certificates/corp/ca.crt", 0o644), mode("usr/local/share/ca-certificates/README", 0o644), mode("usr/share/ca-certificates/x.crt", 0o644),
	}}))
	require.Equal(t, []image.File{
		{Kind: image.DebugTool, Path: "usr/bin/nc.openbsd", Mode: 0o755},
		{Kind: image.InitSystem, Path: "usr/lib/systemd/systemd", Mode: 0o755},
		{Kind: image.AttackTool, Path: "usr/local/bin/nmap", Mode: 0o755},
		{Kind: image.TrustAnchor, Path: "usr/local/share/ca-certificates/corp/ca.crt", Mode: 0o644},
		{Kind: image.SSHServer, Path: "usr/sbin/sshd", Mode: 0o755},
	}, p.Files)
}

// The mode of a folder is that of the newest layer that speaks of it.
func TestWorldWritableFolders(t *testing.T) {
	dir := func(path string, mode uint32) imagetest.FileSpec {
		return imagetest.FileSpec{Path: path, Dir: true, Mode: mode}
	}
	p := read(t, layers(
		imagetest.LayerSpec{Files: []imagetest.FileSpec{dir("a", 0o777), dir("b", 0o777), dir("c", 0o755), dir("tmp", 0o1777), dir("d", 0o777), dir("e", 0o777)}},
		imagetest.LayerSpec{Files: []imagetest.FileSpec{dir("a", 0o777), dir("b", 0o755), dir("c", 0o777), {Path: "d", Whiteout: true}}},
		imagetest.LayerSpec{Files: []imagetest.FileSpec{file("e/f", "x"), dir("e", 0o777)}},
	))
	require.Equal(t, []image.File{
		{Kind: image.WorldWritableFolder, Path: "a", Mode: 0o777},
		{Kind: image.WorldWritableFolder, Path: "c", Mode: 0o777, Layer: 1},
		{Kind: image.WorldWritableFolder, Path: "e", Mode: 0o777},
	}, p.Files)
}

func TestDeleted(t *testing.T) {
	large := strings.Repeat("x", image.MinDeletedBytes)
	p := read(t, layers(
		layer("kept", large, "gone", large, "small", "x", "root/.npmrc", "x", "written/again", large, "home/.env", ""),
		layer("gone-", "", "small-", "", "root-", "", "written/again", large, "home-", ""),
		layer("gone", large, "kept -> gone", ""),
		layer("written-", ""),
	))
	require.Equal(t, []image.Deleted{
		{Path: "gone", Size: image.MinDeletedBytes, Layer: 0, DeletedIn: 1},
		{Path: "root/.npmrc", Size: 1, Credential: true, Layer: 0, DeletedIn: 1},
		{Path: "written/again", Size: image.MinDeletedBytes, Layer: 1, DeletedIn: 3},
	}, p.Deleted, "what was written again was not removed")
}

// A hard link keeps the content alive; the same layer may remove what is below.
func TestDeletedWithLinks(t *testing.T) {
	large := strings.Repeat("x", image.MinDeletedBytes)
	p := read(t, layers(
		imagetest.LayerSpec{Files: []imagetest.FileSpec{file("a", large), hardLink("b", "a"), file("d/c", large)}},
		layer("a-", ""),
		imagetest.LayerSpec{Files: []imagetest.FileSpec{{Path: "d", Opaque: true}, file("d/c", large)}},
	))
	require.Equal(t, []image.Deleted{{Path: "d/c", Size: image.MinDeletedBytes, Layer: 0, DeletedIn: 2}}, p.Deleted)
}
