package admission_test

import (
	"context"
	"testing"
	"testing/fstest"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/manifest/admission"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// FuzzPredict holds that no policy and no object makes the evaluation panic or
// run away, and that every place lies inside its file.
func FuzzPredict(f *testing.F) {
	text := afterName(policy)
	f.Add(text+"  validations: [{expression: object.spec.replicas <= 5}]\n", afterName(web))
	f.Add(text+"  variables: [{name: a, expression: 'object.metadata'}]\n  validations: [{expression: \"variables.a.name.matches('(a*)*$')\", messageExpression: \"'x' + variables.a.name\"}]\n", afterName(web))
	f.Add("apiVersion: tidewaiter.dev/v1\nkind: Rule\nmetadata: {name: r}\nspec:\n  for: container\n  validations: [{expression: \"objects.all(o, objects.all(p, o.kind == p.kind))\", field: 'a[0].b'}]\n", afterName(web))
	f.Add(text+"  validations: [{expression: \"'%d'.format([object.spec.replicas]) != '' && quantity('1Gi').isGreaterThan(quantity('1'))\"}]\n", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\nspec: [1]\n")
	f.Fuzz(func(t *testing.T, policies, objects string) {
		set, err := manifest.Load(context.Background(), source.OpenFS(fstest.MapFS{
			"policy.yaml": {Data: []byte(policies), Mode: 0o644}, "objects.yaml": {Data: []byte(objects), Mode: 0o644}}), manifest.Options{})
		require.NoError(t, err)
		start := time.Now()
		p := admission.Predict(manifest.Admission{Renders: set.Renders})
		require.Less(t, time.Since(start), 20*time.Second)
		for _, r := range p.Refusals {
			inside(t, r.Field.Span())
			inside(t, r.Expression.Span())
		}
		for _, u := range p.Undecided {
			inside(t, u.At.Span())
		}
		for _, fault := range p.Faults {
			inside(t, fault.At)
		}
	})
}

// afterName returns the text of an archive of one file.
func afterName(archive string) string { return string(txtar.Parse([]byte(archive)).Files[0].Data) }

func inside(t *testing.T, s source.Span) {
	t.Helper()
	if s.Valid() {
		require.LessOrEqual(t, s.Start.Offset, s.End.Offset)
		require.LessOrEqual(t, s.End.Offset, len(s.File.Text))
	}
}
