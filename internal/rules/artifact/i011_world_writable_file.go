package artifact

import (
	"fmt"

	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var worldWritableFile = rule.Rule{
	ID:       "TW-I011",
	Name:     "world-writable-file",
	Title:    "Files that every user of the container may change",
	Severity: rule.Low,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "A process that is not root, and whoever takes it over, can rewrite such a file: a program, a script or a configuration that something with more rights reads later.",
	Fix:      "Take the right away where the file comes in: `COPY --chmod=0644`, or `chmod o-w` in the same `RUN`.",
	Refs: []rule.Ref{
		{Standard: "practice", Control: "M4"},
		{Standard: "NIST SP 800-190", Control: "4.1.2"},
	},
	Bad: []string{`
-- Dockerfile --
FROM scratch
COPY app /app
^^^^^^^^^^^^^ 2 files can be changed by every user: /app/run.sh, /app/settings.json
-- image/app/image.yaml --
history:
- created_by: COPY app /app # buildkit
layers:
- modes: {app/run.sh: "0777", app/settings.json: "0666"}
-- image/app/layer-0/app/run.sh --
x
-- image/app/layer-0/app/settings.json --
{}
`},
	Good: []string{`
-- Dockerfile --
FROM scratch
COPY app /app
-- image/app/image.yaml --
history:
- created_by: COPY app /app # buildkit
-- image/app/layer-0/app/run.sh --
x
`},
	Check: rule.EachBuild(checkWorldWritableFile),
}

func checkWorldWritableFile(p *rule.Pass, b *facts.Build) {
	files := distinct(b.Platform.Files, image.WorldWritable)
	for _, group := range perLayer(files, func(f image.File) int { return f.Layer }) {
		var names []string
		for _, x := range group {
			names = append(names, "/"+x.Path)
		}
		f := ofFile(b, group[0].Layer, group[0].Path)
		f.Message = fmt.Sprintf("%s can be changed by every user: %s", count(len(names), "file", "files"), list(names, 5))
		f.Subject, f.Key = b.Image.Ref, names[0]
		f.Fix = &rule.Fix{Title: "take the right away where the files come in: COPY --chmod=0644, or chmod o-w"}
		p.Report(f)
	}
}
