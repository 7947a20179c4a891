package cli

import (
	"fmt"
	"time"

	"github.com/tidewaiter/tidewaiter/internal/image/imagetest"
)

// demoImages are the images of the demo's project, assembled here in place of a
// builder: the base in two versions, the web image built on each, the worker.
type demoImages struct{ oldBase, base, oldWeb, web, worker imagetest.Spec }

// newDemoImages assembles them; program is laid in as the web server, since a
// real Go binary tells which modules it was built from.
func newDemoImages(program []byte, now time.Time) demoImages {
	created := now.AddDate(0, 0, -3).UTC().Truncate(24 * time.Hour)
	base := func(libharbour string) imagetest.Spec {
		return imagetest.Spec{Created: created, Layers: []imagetest.LayerSpec{demoBaseLayer(libharbour)},
			History: []imagetest.History{{CreatedBy: "# debian.sh --arch 'amd64' out/ 'bookworm'", Created: &created}}}
	}
	d := demoImages{oldBase: base("1.4.2-3+deb12u1"), base: base("1.4.2-3+deb12u2")}
	serve := imagetest.LayerSpec{Compression: "none", Files: []imagetest.FileSpec{{Path: "usr/local/bin/web", Mode: 0o755, Data: program}}}
	agent := imagetest.LayerSpec{Files: []imagetest.FileSpec{{Path: "usr/local/bin/agent", Mode: 0o755, Data: []byte("#!/bin/sh\nexec sleep infinity\n")}}}

	d.oldWeb = on(d.oldBase, imagetest.Config{User: "root", Entrypoint: []string{"/usr/local/bin/web"}}, created,
		step{"RUN /bin/sh -c curl -fsSL https://get.harbour.example/agent.sh | sh # buildkit", &agent},
		step{"COPY /out/web /usr/local/bin/web # buildkit", &serve},
		step{"USER root", nil}, step{"EXPOSE map[8080/tcp:{}]", nil}, step{`ENTRYPOINT ["/usr/local/bin/web"]`, nil})
	d.web = on(d.base, imagetest.Config{User: "65532:65532", Entrypoint: []string{"/usr/local/bin/web"}}, created,
		step{"COPY /out/web /usr/local/bin/web # buildkit", &serve},
		step{"USER 65532:65532", nil}, step{"EXPOSE map[8080/tcp:{}]", nil}, step{`ENTRYPOINT ["/usr/local/bin/web"]`, nil})
	workdir := imagetest.LayerSpec{Files: []imagetest.FileSpec{{Path: "app", Dir: true}}}
	app := imagetest.LayerSpec{Files: []imagetest.FileSpec{
		{Path: "app/worker", Mode: 0o755, Data: []byte("#!/usr/bin/node\nrequire('harbour-queue').run()\n")},
		{Path: "app/node_modules/harbour-queue/package.json", Data: []byte(`{"name":"harbour-queue","version":"2.1.3"}`)},
	}}
	d.worker = on(d.base, imagetest.Config{User: "65532:65532", WorkingDir: "/app", Entrypoint: []string{"/app/worker"}}, created,
		step{"WORKDIR /app", &workdir}, step{"COPY . /app # buildkit", &app},
		step{"USER 65532:65532", nil}, step{`ENTRYPOINT ["/app/worker"]`, nil})
	return d
}

// step is one instruction of a build; one without a layer only changes the
// configuration.
type step struct {
	createdBy string
	layer     *imagetest.LayerSpec
}

// on continues a base image.
func on(base imagetest.Spec, config imagetest.Config, created time.Time, steps ...step) imagetest.Spec {
	out := imagetest.Spec{Created: created, Config: config}
	out.Layers = append(out.Layers, base.Layers...)
	out.History = append(out.History, base.History...)
	for _, s := range steps {
		out.History = append(out.History, imagetest.History{CreatedBy: s.createdBy, Comment: "buildkit.dockerfile.v0", Created: &created, EmptyLayer: s.layer == nil})
		if s.layer != nil {
			out.Layers = append(out.Layers, *s.layer)
		}
	}
	return out
}

// demoBaseLayer is a Debian in a few files: what the package manager knows and
// who the users are.
func demoBaseLayer(libharbour string) imagetest.LayerSpec {
	status := ""
	for _, p := range [...][2]string{{"libc6", "2.36-9+deb12u13"}, {"libharbour", libharbour}, {"tzdata", "2026b-0+deb12u1"}} {
		status += fmt.Sprintf("Package: %s\nStatus: install ok installed\nArchitecture: amd64\nVersion: %s\nMaintainer: Harbour <base@harbour.example>\nDescription: part of the demo\n\n", p[0], p[1])
	}
	return imagetest.LayerSpec{Files: []imagetest.FileSpec{
		{Path: "etc/os-release", Data: []byte("PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nNAME=\"Debian GNU/Linux\"\nVERSION_ID=\"12\"\nID=debian\n")},
		{Path: "etc/passwd", Data: []byte("root:x:0:0:root:/root:/usr/sbin/nologin\nnonroot:x:65532:65532::/home/nonroot:/usr/sbin/nologin\n")},
		{Path: "etc/shadow", Mode: 0o640, Data: []byte("root:*:20000:0:99999:7:::\nnonroot:!:20000:0:99999:7:::\n")},
		{Path: "var/lib/dpkg/status", Data: []byte(status)},
	}}
}
