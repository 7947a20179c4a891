package manifest

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestIgnores(t *testing.T) {
	set := load(t, project(`
-- base/kustomization.yaml --
resources:
- app.yaml
# tidewaiter:ignore image-digest until=2027-01-31 reason="mirror"
images:
- name: example/app
  newTag: "2"
patches:
- patch: |-
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: app
    spec:
      # tidewaiter:ignore paused reason="in a patch"
      paused: true
- patch: >-
    {apiVersion: apps/v1, kind: Deployment, metadata: {name: app}, spec: {a: "# tidewaiter:ignore folded"}}
-- base/app.yaml --
# tidewaiter:ignore deprecated-api reason="top"
apiVersion: apps/v1
kind: Deployment
metadata:
  name: app
spec:
  template:
    spec:
      # tidewaiter:ignore run-as-non-root,read-only reason="one \"good\" reason"
      # and a word between

      containers:
      - name: main
        image: example/app:1 # tidewaiter:ignore image-tag reason="trailing"
      # tidewaiter:ignore memory-limit
      - name: side
        image: example/side:1
        args:
        - |
          # tidewaiter:ignore inside-text
          text
      - name: "quoted # tidewaiter:ignore not-this"
        image: "x"# tidewaiter:ignore
---
apiVersion: v1
kind: Service
metadata:
  name: app
  annotations:
    tidewaiter.dev/ignore: |
      exposed until=2027-01-31 reason="behind a wall; really"
      selector reason="soon"; third
spec:
  type: LoadBalancer
-- other/readme.yaml --
# tidewaiter:ignore not-a-manifest
a: b
`))
	var got []string
	for _, ig := range set.Ignores {
		until := ""
		if !ig.Until.IsZero() {
			until = " until " + ig.Until.Format("2006-01-02")
		}
		got = append(got, fmt.Sprintf("%s %v %d-%d %s%s", ig.At, ig.Rules, ig.First, ig.Last, ig.Reason, until))
	}
	require.Equal(t, []string{
		"base/app.yaml:1:1 [deprecated-api] 2-2 top",
		`base/app.yaml:9:7 [run-as-non-root read-only] 12-23 one "good" reason`,
		"base/app.yaml:14:30 [image-tag] 14-14 trailing",
		"base/app.yaml:15:7 [memory-limit] 16-21 ",
		"base/app.yaml:30:28 [exposed] 25-34 behind a wall; really until 2027-01-31",
		"base/app.yaml:30:28 [selector] 25-34 soon",
		"base/app.yaml:30:28 [third] 25-34 ",
		"base/kustomization.yaml:3:1 [image-digest] 4-6 mirror until 2027-01-31",
		"base/kustomization.yaml:14:7 [paused] 15-15 in a patch",
	}, got)
}

func TestIgnoreCoversTheFieldBelowIt(t *testing.T) {
	set := load(t, project(`
-- kustomization.yaml --
resources: [app.yaml]
-- app.yaml --
apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  containers:
  # tidewaiter:ignore run-as-non-root reason="needs it"
  - name: one
    image: x
  - name: two
    image: x
`))
	containers := set.Renders[0].Objects[0].Field("spec", "containers").Items()
	ig := set.Ignores[0]
	require.True(t, ig.Covers(containers[0].Get("securityContext", "runAsNonRoot").Span()))
	require.False(t, ig.Covers(containers[1].Get("securityContext", "runAsNonRoot").Span()))
}
