package artifact

import (
	"fmt"

	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var deletedFile = rule.Rule{
	ID:       "TW-I100",
	Name:     "deleted-file-in-image",
	Title:    "Removed files that are still in the image",
	Severity: rule.Low,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "A layer only hides what the layers below it hold. Whoever can pull the image can read a file that a later instruction removed, so a credential in it is published, and everybody downloads its bytes.",
	Fix:      "Remove the file in the same `RUN` that makes it, mount it (`RUN --mount=type=secret`, `--mount=type=cache`, `--mount=type=bind`), or leave it in a build stage. A credential that was published has to be replaced.",
	Refs: []rule.Ref{
		{Standard: "practice", Control: "M3"}, {Standard: "practice", Control: "M19"},
		{Standard: "CIS Docker", Control: "4.10"}, {Standard: "NIST SP 800-190", Control: "4.1.4"},
	},
	Settings: []rule.Setting{{Name: "max-mib", Default: 10, Doc: "How many MiB of one instruction's files a later one may remove."}},
	Bad: []string{`
-- Dockerfile --
FROM scratch
COPY home /root
^^^^^^^^^^^^^^^ /root/.aws/credentials is removed by a later instruction and still in the image; files of this name hold credentials
RUN rm -r /root/.aws
-- image/app/image.yaml --
history:
- created_by: COPY home /root # buildkit
- created_by: RUN /bin/sh -c rm -r /root/.aws # buildkit
layers:
- {}
- whiteouts: [root/.aws]
-- image/app/layer-0/root/.aws/credentials --
[default]
-- image/app/layer-0/root/.profile --
x
`},
	Good: []string{`
-- Dockerfile --
FROM scratch
COPY home /root
RUN rm -r /root/cache
-- image/app/image.yaml --
history:
- created_by: COPY home /root # buildkit
- created_by: RUN /bin/sh -c rm -r /root/cache # buildkit
layers:
- {}
- whiteouts: [root/cache]
-- image/app/layer-0/root/cache/small --
x
`},
	Check: rule.EachBuild(checkDeletedFile),
}

func checkDeletedFile(p *rule.Pass, b *facts.Build) {
	type pair struct{ layer, by int }
	sums, names := map[pair]int64{}, map[pair][]string{}
	var order []pair
	for _, d := range b.Platform.Deleted {
		if fromBase(b, d.Layer) { // nobody can edit that
			continue
		}
		if d.Credential && !foundIn(b, d) {
			f := inLayer(b, d.Layer)
			f.Severity = rule.Medium
			f.Message = fmt.Sprintf("/%s is removed by a later instruction and still in the image; files of this name hold credentials", d.Path)
			f.Subject, f.Key, f.Related = b.Image.Ref, "/"+d.Path, related(b.LayerSpan(d.DeletedIn), "removed here")
			f.Fix = &rule.Fix{Title: "mount it as a secret where it is used, and replace the credential"}
			p.Report(f)
		}
		k := pair{d.Layer, d.DeletedIn}
		if names[k] == nil {
			order = append(order, k)
		}
		sums[k], names[k] = sums[k]+d.Size, append(names[k], "/"+d.Path)
	}
	for _, k := range order {
		mib := sums[k] >> 20
		if mib <= int64(p.Int("max-mib")) {
			continue
		}
		f := inLayer(b, k.layer)
		f.Message = fmt.Sprintf("a later instruction removes %d MiB that stay in the image: %s", mib, list(names[k], 5))
		f.Subject, f.Key, f.Related = b.Image.Ref, names[k][0], related(b.LayerSpan(k.by), "removed here")
		f.Fix = &rule.Fix{Title: "remove them in the instruction that makes them, or leave them in a build stage"}
		p.Report(f)
	}
}

// foundIn reports whether a secret was found in the file, which is reported as such.
func foundIn(b *facts.Build, d image.Deleted) bool {
	for _, s := range b.Platform.Secrets {
		if s.Layer == d.Layer && s.Path == d.Path {
			return true
		}
	}
	return false
}
