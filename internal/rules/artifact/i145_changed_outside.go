package artifact

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var changedOutside = rule.Rule{
	ID:       "TW-I145",
	Name:     "changed-outside-allowed-paths",
	Title:    "Layer that changes files outside of the allowed paths",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why: "Where only `/web/html` may be written, a layer that changes `/bin/sh` or `/etc/passwd` is a mistake or an attack, whatever instruction made it and however that is written. " +
		"The rule is silent until `allowed` names the paths. It looks at what the layers above the base image add, replace and remove, not at the Dockerfile (that is `write-outside-allowed-paths`); folders do not count.",
	Fix:      "Write below one of the allowed paths, or add the path to the setting `allowed`.",
	Refs:     []rule.Ref{{Standard: "practice", Control: "M22"}, {Standard: "NIST SP 800-190", Control: "4.1.2"}},
	Settings: []rule.Setting{{Name: "allowed", Default: []string{}, Doc: "absolute globs of what may be written, such as /web/html; `**` stands for any number of folders, and a folder for all below it; none switches the rule off"}},
	Bad: []string{`
-- settings --
allowed: /web/html
-- Dockerfile --
FROM debian:12
COPY html /web/html
RUN ./setup
^^^^^^^^^^^ 2 files are changed outside of the allowed paths: /bin/sh, /etc/motd (removed)
-- image/app/image.yaml --
history:
- created_by: "# debian.sh --arch 'amd64'"
- created_by: COPY html /web/html # buildkit
- created_by: RUN /bin/sh -c ./setup # buildkit
layers:
- {}
- {}
- whiteouts: [etc/motd]
-- image/app/layer-0/etc/motd --
x
-- image/app/layer-1/web/html/index.html --
x
-- image/app/layer-2/bin/sh --
x
-- image/app/layer-2/web/html/more.html --
x
`},
	Good: []string{`
-- settings --
allowed: /web/html /etc/*.conf
-- Dockerfile --
FROM debian:12
COPY html /web/html
COPY a.conf /etc/
-- image/app/image.yaml --
history:
- created_by: "# debian.sh --arch 'amd64'"
- created_by: COPY html /web/html # buildkit
- created_by: COPY a.conf /etc/ # buildkit
-- image/app/layer-0/etc/motd --
x
-- image/app/layer-1/web/html/deep/index.html --
x
-- image/app/layer-2/etc/a.conf --
x
`},
	Check: rule.EachBuild(checkChangedOutside),
}

func checkChangedOutside(p *rule.Pass, b *facts.Build) {
	allowed := p.Strings("allowed")
	if len(allowed) == 0 {
		return
	}
	for i, l := range b.Platform.Layers {
		if b.FromBase(i) {
			continue
		}
		var changed []string
		note := func(name, how string) {
			if !slices.ContainsFunc(allowed, func(glob string) bool { return source.MatchGlob(strings.TrimPrefix(glob, "/"), name) }) {
				changed = append(changed, "/"+name+how)
			}
		}
		for _, f := range l.Inventory.Paths {
			if !f.Dir {
				note(f.Name, "")
			}
		}
		for _, name := range l.Inventory.Whiteouts {
			note(name, " (removed)")
		}
		for _, name := range l.Inventory.Opaques {
			note(name, " (emptied)")
		}
		if len(changed) == 0 {
			continue
		}
		slices.Sort(changed)
		f := inLayer(b, i)
		f.Message = fmt.Sprintf("%s changed outside of the allowed paths: %s", count(len(changed), "file is", "files are"), list(changed, 5))
		f.Subject, f.Key = b.Image.Ref, changed[0]
		f.Fix = &rule.Fix{Title: "write below an allowed path, or allow this one"}
		p.Report(f)
	}
}
