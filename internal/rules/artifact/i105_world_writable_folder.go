package artifact

import (
	"fmt"

	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var worldWritableFolder = rule.Rule{
	ID:       "TW-I105",
	Name:     "world-writable-folder",
	Title:    "Folders in which every user may replace the files of others",
	Severity: rule.Low,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "In a folder that all may write to, and that lacks the sticky bit, any process can put its own file in the place of another's, of a program or a configuration that root reads, whatever the rights of that file.",
	Fix:      "`chmod 0755` in the instruction that makes the folder, or `1777` for one that is meant for all, as `/tmp` is.",
	Refs: []rule.Ref{
		{Standard: "practice", Control: "M4"},
		{Standard: "NIST SP 800-190", Control: "4.1.2"},
	},
	Bad: []string{`
-- Dockerfile --
FROM scratch
COPY app /app
^^^^^^^^^^^^^ 1 folder lets every user replace the files in it: /app
-- image/app/image.yaml --
history:
- created_by: COPY app /app # buildkit
layers:
- dirs: [app, tmp]
  modes: {app: "0777", tmp: "1777"}
-- image/app/layer-0/app/run.sh --
x
-- image/app/layer-0/tmp/x --
x
`},
	Good: []string{`
-- Dockerfile --
FROM scratch
COPY app /app
-- image/app/image.yaml --
history:
- created_by: COPY app /app # buildkit
layers:
- dirs: [tmp]
  modes: {tmp: "1777"}
-- image/app/layer-0/app/run.sh --
x
-- image/app/layer-0/tmp/x --
x
`},
	Check: rule.EachBuild(checkWorldWritableFolder),
}

func checkWorldWritableFolder(p *rule.Pass, b *facts.Build) {
	files := distinct(b.Platform.Files, image.WorldWritableFolder)
	for _, group := range perLayer(files, func(f image.File) int { return f.Layer }) {
		var names []string
		for _, x := range group {
			names = append(names, "/"+x.Path)
		}
		lets := "lets"
		if len(names) > 1 {
			lets = "let"
		}
		f := inLayer(b, group[0].Layer)
		f.Message = fmt.Sprintf("%s %s every user replace the files in it: %s", count(len(names), "folder", "folders"), lets, list(names, 5))
		f.Subject, f.Key = b.Image.Ref, names[0]
		f.Fix = &rule.Fix{Title: "chmod 0755 where the folder comes in, or 1777 if it is meant for all"}
		p.Report(f)
	}
}
