package across

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var rootImageWithRunAsNonRoot = rule.Rule{
	ID:       "TW-X001",
	Name:     "root-image-with-run-as-non-root",
	Title:    "Image whose user does not satisfy runAsNonRoot",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why: "With `runAsNonRoot: true` and no `runAsUser`, the kubelet asks the image for its user and refuses to start the container where that is root, is not set, or is a name, which it cannot look up: " +
		"the rollout stops at `CreateContainerConfigError`. See `verifyRunAsNonRoot` in kubernetes/pkg/kubelet/kuberuntime.",
	Fix: "End the Dockerfile's final stage with a number, `USER 65532`, or set `runAsUser` beside `runAsNonRoot`.",
	Refs: []rule.Ref{
		{Standard: "practice", Control: "M51"}, {Standard: "practice", Control: "M8"},
		{Standard: "Pod Security Standards", Control: "restricted/runAsNonRoot"},
	},
	Bad: []string{`
-- Dockerfile --
FROM scratch
COPY app /
USER nonroot
-- deploy.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  securityContext:
    runAsNonRoot: true
#                 ^^^^ the kubelet will not start container web: its image runs as the name nonroot, of which it cannot tell whether it is root
#                 ^^^^ the kubelet will not start container zero: its image sets no user, so it runs as root
  containers:
  - name: web
    image: registry.test/app:1
  - name: zero
    image: registry.test/zero:1
  - name: own
    image: registry.test/zero:1
    securityContext: {runAsUser: 1000}
-- image/app/image.yaml --
user: nonroot
history:
- created_by: COPY app / # buildkit
- created_by: USER nonroot
  empty_layer: true
-- image/app/layer-0/app --
x
-- image/zero/image.yaml --
{}
-- image/zero/layer-0/app --
x
`},
	Good: []string{`
-- deploy.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  containers:
  - name: numeric
    image: registry.test/app:1
    securityContext: {runAsNonRoot: true}
  - name: root
    image: registry.test/root:1
-- image/app/image.yaml --
user: "65532:65532"
-- image/app/layer-0/app --
x
-- image/root/image.yaml --
user: root
-- image/root/layer-0/app --
x
`},
	Check: rule.EachDeployment(checkRootImageWithRunAsNonRoot),
}

func checkRootImageWithRunAsNonRoot(p *rule.Pass, d *facts.Deployment) {
	c := d.Container
	demand := securityContext(c, "runAsNonRoot")
	if on, _ := demand.Bool(); !on || securityContext(c, "runAsUser").Exists() {
		return
	}
	if c.Workload.PodSpec.Get("os", "name").String() == "windows" {
		return
	}
	for _, b := range d.Builds {
		why := rootReason(b.Platform.Config.User)
		if why == "" {
			continue
		}
		f := onField(demand, c, b)
		f.Message = fmt.Sprintf("the kubelet will not start container %s: its image %s", c.Name, why)
		f.Fix = &rule.Fix{Title: "end the final stage with a number, USER 65532, or set runAsUser"}
		relate(&f, userSpan(b), "the image's user is decided here")
		p.Report(f)
	}
}

// rootReason says why the kubelet takes an image's user for root, "" where it
// does not.
func rootReason(user string) string {
	name, _, _ := strings.Cut(user, ":")
	if name == "" {
		return "sets no user, so it runs as root"
	}
	uid, err := strconv.Atoi(name)
	switch {
	case err != nil && name == "root":
		return "runs as root"
	case err != nil:
		return "runs as the name " + name + ", of which it cannot tell whether it is root"
	case uid == 0:
		return "runs as user 0, which is root"
	}
	return ""
}
