package artifact

import (
	"fmt"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var imageSize = rule.Rule{
	ID:       "TW-I140",
	Name:     "image-size",
	Title:    "Image over its size budget",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "What an image holds is pulled to every node, kept there, and is at hand for whoever breaks in. A budget shows on the day when a build has taken a tool chain or a data set along. The rule is silent until `max-mib` names the budget. Counted are the layers unpacked, what a later layer removes included, since it is still pulled.",
	Fix:      "Build in a stage of its own and copy the result, or raise the setting `max-mib` in tidewaiter.yaml.",
	Refs:     []rule.Ref{{Standard: "practice", Control: "M1"}, {Standard: "practice", Control: "M4"}},
	Settings: []rule.Setting{{Name: "max-mib", Default: 0, Doc: "How many MiB the layers may have together, unpacked; 0 for any number."}},
	Bad: []string{`
-- settings --
max-mib: 1
-- Dockerfile --
FROM scratch
COPY small /
COPY large /
^^^^^^^^^^^^ the image has 1.0 MiB unpacked, over its budget of 1; the largest layer is made here, 1.0 MiB
-- image/app/image.yaml --
history:
- created_by: COPY small / # buildkit
- created_by: COPY large / # buildkit
-- image/app/layer-0/small --
x
-- image/app/layer-1/large --
` + bulk},
	Good: []string{`
-- Dockerfile --
FROM scratch
COPY large /
-- image/app/image.yaml --
history:
- created_by: COPY large / # buildkit
-- image/app/layer-0/large --
` + bulk, `
-- settings --
max-mib: 2
-- Dockerfile --
FROM scratch
COPY large /
-- image/app/image.yaml --
history:
- created_by: COPY large / # buildkit
-- image/app/layer-0/large --
` + bulk},
	Check: rule.EachBuild(checkImageSize),
}

func checkImageSize(p *rule.Pass, b *facts.Build) {
	most := int64(p.Int("max-mib")) << 20
	var total int64
	largest := -1
	for i, l := range b.Platform.Layers {
		total += l.Inventory.Bytes
		if largest < 0 || l.Inventory.Bytes > b.Platform.Layers[largest].Inventory.Bytes {
			largest = i
		}
	}
	if most <= 0 || total <= most {
		return
	}
	f := inLayer(b, largest)
	f.Subject = b.Image.Ref
	f.Message = fmt.Sprintf("the image has %s unpacked, over its budget of %d; the largest layer is made here, %s",
		mib(total), p.Int("max-mib"), mib(b.Platform.Layers[largest].Inventory.Bytes))
	f.Fix = &rule.Fix{Title: "leave out of the image what it does not need to run"}
	p.Report(f)
}

// bulk is a file of a little more than one MiB.
var bulk = strings.Repeat("0123456789abcde\n", 1<<16) + "more\n"

func mib(bytes int64) string { return fmt.Sprintf("%.1f MiB", float64(bytes)/(1<<20)) }
