package artifact

import (
	"fmt"
	"time"

	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var imageAge = rule.Rule{
	ID:       "TW-I008",
	Name:     "image-age",
	Title:    "Image built long ago",
	Severity: rule.Low,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "An image never changes, and what it is made of is repaired every week. One that was built long ago lacks all repairs since, those included that no advisory names. An image that states no time, or the beginning of time, has no known age and is not judged.",
	Fix:      "Build it again from a current base image, best of all on a schedule.",
	Refs: []rule.Ref{
		{Standard: "practice", Control: "M5"}, {Standard: "practice", Control: "M12"},
		{Standard: "NIST SP 800-190", Control: "4.2.2"},
	},
	Settings: []rule.Setting{{Name: "max-days", Default: 90, Doc: "How many days old an image may be."}},
	Bad: []string{`
-- Dockerfile --
FROM debian:12
#    ^^^^^^^^^ the image was built 153 days ago (2026-06-01), more than 90
COPY app /
-- image/app/image.yaml --
created: "2026-06-01T00:00:00Z"
history:
- created_by: "# debian.sh --arch 'amd64'"
- created_by: COPY app / # buildkit
-- image/app/layer-0/etc/hostname --
x
-- image/app/layer-1/app --
x
`},
	Good: []string{`
-- Dockerfile --
FROM scratch
COPY app /
-- image/app/image.yaml --
created: "2026-10-01T00:00:00Z"
history:
- created_by: COPY app / # buildkit
-- image/app/layer-0/app --
x
-- image/dateless/image.yaml --
created: "1970-01-01T00:00:00Z"
history:
- created_by: COPY app / # buildkit
-- image/dateless/layer-0/app --
x
`},
	Check: rule.EachBuild(checkImageAge),
}

func checkImageAge(p *rule.Pass, b *facts.Build) {
	if b.Platform.Created.IsZero() {
		return
	}
	days, most := int(p.Now.Sub(b.Platform.Created)/(24*time.Hour)), p.Int("max-days")
	if days <= most {
		return
	}
	f := inImage(b)
	f.Message = fmt.Sprintf("the image was built %d days ago (%s), more than %d", days, b.Platform.Created.Format(time.DateOnly), most)
	f.Fix = &rule.Fix{Title: "build the image again from a current base"}
	p.Report(f)
}
