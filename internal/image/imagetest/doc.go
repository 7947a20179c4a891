// Package imagetest assembles container images from a few lines of text or Go:
// the examples of rules, the tests of readers, and the demo all judge images
// made here. Equal specifications give equal bytes.
//
// In a txtar archive an image is a folder:
//
//	-- app/image.yaml --
//	user: "1000"
//	env: [MODE=production]
//	created: 2026-01-02T03:04:05Z
//	history:
//	- {created_by: "ADD rootfs.tar /"}
//	- {created_by: "ENV MODE=production", empty_layer: true}
//	- {created_by: "RUN apt-get install curl"}
//	layers:
//	- modes: {usr/bin/su: "4755"}
//	  links: {bin: usr/bin}
//	- whiteouts: [etc/motd]
//	-- app/layer-0/usr/bin/su --
//	-- app/layer-0/etc/motd --
//	hello
//	-- app/layer-1/var/lib/dpkg/status --
//	Package: curl
//	…
//
// From Go, a Spec is filled directly, which also takes binaries:
//
//	imagetest.Spec{Layers: []imagetest.LayerSpec{{Files: []imagetest.FileSpec{
//		{Path: "app", Mode: 0o755, Data: program},
//	}}}}
package imagetest
