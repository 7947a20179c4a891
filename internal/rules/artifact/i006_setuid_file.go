package artifact

import (
	"fmt"
	"path"

	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var setuidFile = rule.Rule{
	ID:       "TW-I006",
	Name:     "setuid-file",
	Title:    "Files that run with the rights of their owner",
	Severity: rule.Low,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "A program with the setuid or setgid bit gives whoever starts it the rights of its owner, so one flaw in it makes any process root. Containers seldom need one.",
	Fix:      "Take the bits off in the instruction that brings the files: `RUN find / -xdev -perm /6000 -type f -exec chmod a-s {} +`; and set `allowPrivilegeEscalation: false` in the pod, which makes them void.",
	Refs: []rule.Ref{
		{Standard: "practice", Control: "M4"},
		{Standard: "CIS Docker", Control: "4.8"}, {Standard: "NIST SP 800-190", Control: "4.1.2"},
	},
	Aliases: []string{"dockle:CIS-DI-0008"},
	Bad: []string{`
-- Dockerfile --
FROM debian:12
#    ^^^^^^^^^ 1 file runs with its owner's rights: /usr/bin/su
COPY bin /opt
^^^^^^^^^^^^^ 2 files run with their owner's rights: /opt/helper, /opt/mailer
-- image/app/image.yaml --
history:
- created_by: "# debian.sh --arch 'amd64'"
- created_by: COPY bin /opt # buildkit
layers:
- modes: {usr/bin/su: "4755"}
- modes: {opt/helper: "4755", opt/mailer: "2755", opt/data: "4644"}
-- image/app/layer-0/usr/bin/su --
x
-- image/app/layer-1/opt/helper --
x
-- image/app/layer-1/opt/mailer --
x
-- image/app/layer-1/opt/data --
x
`},
	Good: []string{`
-- Dockerfile --
FROM scratch
COPY bin /opt
-- image/app/image.yaml --
history:
- created_by: COPY bin /opt # buildkit
layers:
- modes: {opt/helper: "0755"}
-- image/app/layer-0/opt/helper --
x
`},
	Check: rule.EachBuild(checkSetuidFile),
}

func checkSetuidFile(p *rule.Pass, b *facts.Build) {
	files := distinct(b.Platform.Files, image.SetUID, image.SetGID)
	for _, group := range perLayer(files, func(f image.File) int { return f.Layer }) {
		f := ofFile(b, group[0].Layer, group[0].Path)
		var names []string
		known := true
		for _, x := range group {
			names = append(names, "/"+x.Path)
			known = known && shipsWithBits(x.Path)
		}
		if known {
			f.Severity = rule.Info
		}
		does := "files run with their owner's rights"
		if len(group) == 1 {
			does = "file runs with its owner's rights"
		}
		f.Message = fmt.Sprintf("%d %s: %s", len(group), does, list(names, 5))
		f.Subject, f.Key = b.Image.Ref, names[0]
		f.Fix = &rule.Fix{Title: "take the bits off where the files come in: chmod a-s"}
		p.Report(f)
	}
}

// distinct returns the files of some kinds, each once, in order.
func distinct(all []image.File, kinds ...image.FileKind) []image.File {
	var out []image.File
	for _, f := range all {
		for _, k := range kinds {
			if f.Kind == k && (len(out) == 0 || out[len(out)-1].Path != f.Path) {
				out = append(out, f)
			}
		}
	}
	return out
}

// shipsWithBits reports whether distributions ship the program with the bit set
// in their base images: login and password tools, and a few helpers.
func shipsWithBits(name string) bool {
	switch path.Base(name) {
	case "su", "mount", "umount", "passwd", "chfn", "chsh", "gpasswd", "newgrp", "chage", "expiry", "sg",
		"unix_chkpwd", "pam_timestamp_check", "ssh-agent", "ssh-keysign", "dbus-daemon-launch-helper", "wall", "write", "bbsuid":
		return true
	}
	return false
}
