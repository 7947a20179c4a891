package manifest

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

func testProject(t *testing.T, name string) *FileSet {
	t.Helper()
	archive, err := txtar.ParseFile("testdata/" + name + ".txtar")
	require.NoError(t, err)
	set := load(t, source.OpenFS(archiveFS(archive)))
	require.Empty(t, set.NotAnalysed)
	return set
}

func archiveFS(a *txtar.Archive) fstest.MapFS {
	fsys := fstest.MapFS{}
	for _, f := range a.Files {
		fsys[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	return fsys
}

// field finds "Kind/name path.with.[0].items" in the render of a folder.
func field(t *testing.T, set *FileSet, dir, name string) Field {
	t.Helper()
	object, path, _ := strings.Cut(name, " ")
	for _, r := range set.Renders {
		for _, o := range r.Objects {
			if r.Dir != dir || o.Kind+"/"+o.Name != object {
				continue
			}
			f := o.Root()
			for _, p := range strings.Fields(strings.ReplaceAll(strings.ReplaceAll(path, "[", " ["), ".", " ")) {
				if i, ok := itemIndex(p); ok {
					require.Greater(t, len(f.Items()), i, name)
					f = f.Items()[i]
					continue
				}
				f = f.Get(strings.ReplaceAll(p, "~", "."))
			}
			return f
		}
	}
	require.Fail(t, "no such object", "%s in %s", name, dir)
	return Field{}
}

// at describes a span by its file, the text of its line and the text it covers.
func at(s source.Span) string {
	if !s.Valid() {
		return "-"
	}
	return s.Path() + ": " + strings.TrimSpace(s.File.Line(s.Start.Line)) + ": " + s.FirstLine().Text()
}

func TestFieldsAreLocated(t *testing.T) {
	const (
		web  = "Deployment/web-v2 spec.template.spec."
		work = "Deployment/worker-v2 spec.template.spec."
		app  = "Deployment/app spec.template.spec."
	)
	tests := []struct{ project, dir, field, want string }{
		// What a patch sets, what the base sets, what nobody sets.
		{"shop", "overlays/prod", web + "dnsPolicy", "overlays/prod/web-patch.yaml: dnsPolicy: Default: Default"},
		{"shop", "overlays/prod", web + "containers.[0].env.[0].value", "overlays/prod/web-patch.yaml: value: fancy: fancy"},
		{"shop", "overlays/prod", web + "containers.[0].securityContext.privileged", "base/web.yaml: privileged: false: false"},
		{"shop", "overlays/prod", web + "containers.[0].securityContext.readOnlyRootFilesystem", "overlays/prod/web-patch.yaml: readOnlyRootFilesystem: true: true"},
		{"shop", "overlays/prod", web + "containers.[0].securityContext.runAsNonRoot", "base/web.yaml: securityContext:: securityContext"},
		{"shop", "overlays/prod", web + "containers.[0].livenessProbe.httpGet", "base/web.yaml: - name: server: name: server"},
		{"shop", "overlays/prod", web + "securityContext.runAsNonRoot", "base/web.yaml: spec:: spec"},
		{"shop", "overlays/prod", web + "containers.[0].env", "base/web.yaml: env:: env"},
		{"shop", "overlays/prod", web + "containers.[0].args.[1]", "base/web.yaml: args: [--port, '8080', --verbose]: '8080'"},
		{"shop", "overlays/prod", web + "containers.[0].resources.limits.memory", "overlays/prod/web-patch.yaml: memory: null: memory"},
		{"shop", "overlays/dev", "Deployment/dev-web spec.template.spec.containers.[0].resources.limits.memory", "base/web.yaml: memory: 64Mi: 64Mi"},
		// Inline patches, literal and folded.
		{"shop", "overlays/prod", work + "hostPID", "overlays/prod/kustomization.yaml: hostPID: true: true"},
		{"shop", "overlays/prod", work + "containers.[0].securityContext.runAsUser", "overlays/prod/kustomization.yaml: runAsUser: 0: 0"},
		{"shop", "overlays/prod", work + "containers.[0].securityContext.privileged", "overlays/prod/kustomization.yaml: securityContext:: securityContext"},
		{"shop", "overlays/prod", work + "containers.[1].securityContext", "base/worker.yaml: - name: log: name: log"},
		{"shop", "overlays/prod", "Service/web-v2 spec.type", "overlays/prod/kustomization.yaml: - patch: >-: >-"},
		// Transformers.
		{"shop", "overlays/prod", web + "containers.[0].image", "overlays/prod/kustomization.yaml: newTag: 2.1.0: 2.1.0"},
		{"shop", "overlays/dev", "Deployment/dev-web spec.template.spec.containers.[0].image", `overlays/dev/kustomization.yaml: newTag: "2.0": "2.0"`},
		{"shop", "overlays/prod", work + "containers.[1].image", "overlays/prod/kustomization.yaml: digest: sha256:" + strings.Repeat("1", 64) + ": sha256:" + strings.Repeat("1", 64)},
		{"shop", "overlays/prod", "Deployment/web-v2 spec.replicas", "overlays/prod/kustomization.yaml: count: 3: 3"},
		{"shop", "overlays/prod", "Deployment/web-v2 metadata.namespace", "overlays/prod/kustomization.yaml: namespace: shop: shop"},
		{"shop", "overlays/prod", "Deployment/web-v2 metadata.name", "base/web.yaml: name: web: web"},
		{"shop", "overlays/prod", "Deployment/web-v2 metadata.labels.stage", "overlays/prod/kustomization.yaml: stage: prod: prod"},
		{"shop", "overlays/prod", "Deployment/web-v2 metadata.labels.tier", "base/web.yaml: tier: front: front"},
		{"shop", "overlays/prod", "Deployment/web-v2 metadata.annotations.team", "base/kustomization.yaml: team: shop: shop"},
		{"shop", "overlays/prod", "Deployment/worker-v2 metadata.annotations.reviewed", `overlays/prod/kustomization.yaml: reviewed: "yes": "yes"`},
		{"shop", "overlays/prod", web + "containers.[0].env.[2].valueFrom.configMapKeyRef.name", "base/web.yaml: name: settings: settings"},
		{"shop", "overlays/prod", "Role/reader-v2 rules.[0].verbs.[1]", `overlays/prod/role.yaml: {"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "list"]}: "list"`},
		{"shop", "overlays/prod", "Role/reader-v2 metadata.labels.stage", "overlays/prod/kustomization.yaml: stage: prod: prod"},
		// JSON 6902.
		{"jsonpatch", "overlay", "Deployment/app spec.minReadySeconds", "overlay/kustomization.yaml: value: 7: 7"},
		{"jsonpatch", "overlay", "Deployment/app spec.revisionHistoryLimit", "base/app.yaml: revisionHistoryLimit: 3: 3"},
		{"jsonpatch", "overlay", "Deployment/app spec.paused", "overlay/kustomization.yaml: paused: true: true"},
		{"jsonpatch", "overlay", app + "containers.[0].workingDir", "overlay/kustomization.yaml: workingDir: /zero: /zero"},
		{"jsonpatch", "overlay", app + "containers.[0].image", "overlay/kustomization.yaml: image: example/zeroth:1: example/zeroth:1"},
		{"jsonpatch", "overlay", app + "containers.[0].securityContext", "overlay/kustomization.yaml: name: zeroth: name: zeroth"},
		{"jsonpatch", "overlay", app + "containers.[1].workingDir", `overlay/more.json: {"op": "replace", "path": "/spec/template/spec/containers/1/workingDir", "value": "/a"}: "/a"`},
		{"jsonpatch", "overlay", app + "containers.[1].command.[1]", "base/app.yaml: command: [run, fast]: fast"},
		{"jsonpatch", "overlay", app + "containers.[1].image", "base/app.yaml: image: example/first:1: example/first:1"},
		{"jsonpatch", "overlay", app + "containers.[1].env.[0].value", `overlay/kustomization.yaml: value: "1": "1"`},
		{"jsonpatch", "overlay", app + "containers.[2].securityContext.privileged", "base/app.yaml: privileged: true: true"},
		{"jsonpatch", "overlay", app + "containers.[2].securityContext.runAsUser", "base/app.yaml: securityContext:: securityContext"},
		{"jsonpatch", "overlay", app + "containers.[2].resources", "base/app.yaml: - name: second: name: second"},
		{"jsonpatch", "overlay", app + "containers.[3].tty", `overlay/more.json: {"op": "add", "path": "/spec/template/spec/containers/-", "value": {"name": "last", "image": "example/last:1", "tty": true}},: true`},
		{"jsonpatch", "overlay", app + "hostNetwork", "overlay/kustomization.yaml: path: /spec/template/spec/hostNetwork: /spec/template/spec/hostNetwork"},
		{"jsonpatch", "overlay", app + "hostIPC", "base/app.yaml: spec:: spec"},
		{"jsonpatch", "overlay", "Service/app spec.externalName", "base/app.yaml: externalName: app.example: app.example"},
		{"jsonpatch", "old", "Service/old-app spec.sessionAffinity", "old/service.yaml: value: ClientIP: ClientIP"},
		{"jsonpatch", "old", "Deployment/old-app spec.progressDeadlineSeconds", "old/kustomization.yaml: progressDeadlineSeconds: 60: 60"},
		{"jsonpatch", "old", "Deployment/old-app spec.template.spec.nodeName", "old/smp.yaml: nodeName: two: two"},
		// Odd forms.
		{"odd", ".", "CronJob/job spec.schedule", `first.yaml: schedule: "0 3 * * *": "0 3 * * *"`},
		{"odd", ".", "CronJob/job spec.jobTemplate.spec.template.spec.containers.[1].securityContext.runAsNonRoot", "first.yaml: runAsNonRoot: true: true"},
		{"odd", ".", "CronJob/job spec.jobTemplate.spec.template.spec.containers.[1].securityContext.privileged", "first.yaml: privileged: true: true"},
		{"odd", ".", "CronJob/job spec.jobTemplate.spec.template.spec.containers.[0].env.[1].value", `first.yaml: - {name: B, value: 'it''s'}: 'it''s'`},
		{"odd", ".", "CronJob/job spec.jobTemplate.spec.template.spec.containers.[0].args.[0]", "first.yaml: - >-: >-"},
		{"odd", ".", "ConfigMap/values data.other", "list.yaml: other: text: text"},
		{"odd", ".", "ConfigMap/values immutable", "list.yaml: kind: ConfigMap: kind: ConfigMap"},
		{"odd", ".", "Ingress/way-in spec.rules.[0].host", "list.yaml: host: shop.example: shop.example"},
		{"odd", ".", "Ingress/way-in spec.tls.[0].hosts.[0]", "parts/tls/kustomization.yaml: hosts: [shop.example]: shop.example"},
		{"odd", ".", "LimitRange/limits spec.limits.[0].max.memory", "many.yaml: max: {cpu: 2, memory: 1Gi}: 1Gi"},
		{"odd", ".", "ServiceAccount/robot metadata.labels.part-of", "labels.yaml: part-of: oddities: oddities"},
		{"odd", ".", "ServiceAccount/robot metadata.annotations.owner", "kustomization.yaml: owner: someone: someone"},
		{"odd", ".", "Secret/login data.password", "kustomization.yaml: - password=secret.txt: password=secret.txt"},
		{"odd", ".", "Secret/login data.USER", "login.env: USER=someone: someone"},
		{"odd", ".", "Secret/login type", "kustomization.yaml: - name: login: login"},
		{"odd", ".", "Issuer/issuer spec.mode", "parts/tls/issuer.yaml: mode: manual: manual"},
	}
	sets := map[string]*FileSet{}
	for _, tt := range tests {
		if sets[tt.project] == nil {
			sets[tt.project] = testProject(t, tt.project)
		}
		f := field(t, sets[tt.project], tt.dir, tt.field)
		assert.Equal(t, tt.want, at(f.Span()), "%s %s %s", tt.project, tt.dir, tt.field)
	}
}

func TestRelatedNamesTheBase(t *testing.T) {
	shop := testProject(t, "shop")
	related := field(t, shop, "overlays/prod", "Deployment/web-v2 spec.template.spec.containers.[0].image").Related()
	require.Len(t, related, 1, "the images are in the entry kustomization itself")
	require.Equal(t, "base/web.yaml: image: registry.example/web:1.0: registry.example/web:1.0", at(related[0].At))
	require.Equal(t, "the base sets the field here", related[0].Message)
	base := field(t, shop, "overlays/prod", "Deployment/web-v2 spec.strategy.type").Related()
	require.Len(t, base, 1)
	require.Equal(t, "overlay overlays/prod takes it in here", base[0].Message)
	require.Equal(t, "overlays/prod/kustomization.yaml", base[0].At.Path())
	removed := field(t, shop, "overlays/prod", "Deployment/web-v2 spec.template.spec.containers.[0].resources.limits.memory")
	require.False(t, removed.Exists())
	require.Equal(t, "applied here", removed.Related()[0].Message)
	require.Equal(t, "overlays/prod/kustomization.yaml", removed.Related()[0].At.Path())
	require.Equal(t, "base/web.yaml: memory: 64Mi: 64Mi", at(removed.Related()[1].At))
}

// TestJSONPatchesOfTransformerFilesLeaveTheRestItsPlace holds that what a patch in
// a transformer's file does not set is looked for where the base writes it.
func TestJSONPatchesOfTransformerFilesLeaveTheRestItsPlace(t *testing.T) {
	set := load(t, project(`
-- kustomization.yaml --
resources: [pod.yaml]
transformers: [patch.yaml]
-- pod.yaml --
apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  containers:
  - name: c
-- patch.yaml --
apiVersion: builtin
kind: PatchTransformer
metadata: {name: t}
target: {kind: Pod}
patch: |
  - op: add
    path: /spec/hostPID
    value: true
`))
	require.Equal(t, "patch.yaml: value: true: true", at(field(t, set, ".", "Pod/a spec.hostPID").Span()))
	require.Equal(t, "pod.yaml:6:5", field(t, set, ".", "Pod/a spec.containers.[0].securityContext").Span().String())
}
