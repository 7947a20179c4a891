package across

import (
	"fmt"

	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var otherBuild = rule.Rule{
	ID:       "TW-X004",
	Name:     "other-build",
	Title:    "Image that was not built from the Dockerfile given",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "The image's history must end with the instructions of the Dockerfile's target. Where it does not, the Dockerfile that is reviewed is not the one that is shipped: it changed since, another target was built, or somebody built by hand.",
	Fix:      "Build the image from this Dockerfile again, or name the one and the target that built it: `--image REF,dockerfile=PATH,target=STAGE`.",
	Refs: []rule.Ref{
		{Standard: "practice", Control: "M24"}, {Standard: "practice", Control: "M27"},
		{Standard: "NIST SP 800-190", Control: "4.1.5"},
	},
	Bad: []string{`
-- Dockerfile --
FROM scratch AS final
^^^^^^^^^^^^^^^^^^^^^ the history of registry.test/app does not end with the instructions of stage final: the image is not the build of this Dockerfile
COPY app /
USER 65532
-- image/app/built-by --
Dockerfile final
-- image/app/image.yaml --
history:
- created_by: COPY app / # buildkit
- created_by: USER 0
  empty_layer: true
-- image/app/layer-0/app --
x
`},
	Good: []string{`
-- Dockerfile --
FROM scratch AS final
COPY app /
USER 65532
-- image/app/built-by --
Dockerfile final
-- image/app/image.yaml --
history:
- created_by: COPY app / # buildkit
- created_by: USER 65532
  empty_layer: true
-- image/app/layer-0/app --
x
`},
	Check: rule.EachBuild(checkOtherBuild),
}

func checkOtherBuild(p *rule.Pass, b *facts.Build) {
	if !b.Stated || b.Matched || len(b.Platform.History) == 0 {
		return
	}
	stage := fmt.Sprintf("stage %d", b.Target.Index)
	if b.Target.Name != "" {
		stage = "stage " + b.Target.Name
	}
	p.Report(rule.Finding{
		Message: fmt.Sprintf("the history of %s does not end with the instructions of %s: the image is not the build of this Dockerfile", b.Image.Ref, stage),
		At:      b.Target.From.Span.FirstLine(),
		Subject: b.Image.Ref,
		Key:     stage,
		Image:   rule.RefImage(b, -1),
		Fix:     &rule.Fix{Title: "build the image again, or name what built it: --image REF,dockerfile=PATH,target=STAGE"},
	})
}
