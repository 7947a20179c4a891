package build_test

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/rules/build"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// TestCorpus judges the real Dockerfiles of the folder that TIDEWAITER_CORPUS
// names; -v prints every finding.
func TestCorpus(t *testing.T) {
	dir := os.Getenv("TIDEWAITER_CORPUS")
	if dir == "" {
		t.Skip("TIDEWAITER_CORPUS is not set: no real Dockerfile was judged")
	}
	repo, err := source.Open(dir)
	require.NoError(t, err)
	defer repo.Close()
	project := &facts.Project{Repo: repo}
	project.Dockerfiles, project.NotAnalysed = dockerfile.Load(context.Background(), repo, nil)
	require.NotEmpty(t, project.Dockerfiles)
	project.NotAnalysed = append(project.NotAnalysed, dockerfile.JoinContexts(repo, project.Dockerfiles, nil)...)
	perRule, blocking := map[string]int{}, map[string]int{}
	list := build.Rules()
	var configured []rule.Configured
	for i := range list {
		configured = append(configured, rule.Configured{Rule: &list[i]})
	}
	found, err := rule.Run(configured, project, time.Now())
	require.NoError(t, err)
	for _, f := range found {
		perRule[f.Rule.ID+" "+f.Rule.Name]++
		if f.Severity >= rule.High {
			blocking[strings.Split(f.At.Path(), "/")[0]]++
		}
		require.True(t, f.At.Valid())
		t.Logf("%s %s %s: %s | %s", f.Severity, f.Rule.ID, f.At, f.Message, f.At.FirstLine().Text())
	}
	for name, n := range perRule {
		t.Logf("%4d %s", n, name)
	}
	t.Logf("blocking: %v", blocking)
	require.LessOrEqual(t, blocking["podinfo"], 3)
	if _, err := repo.FS().Open("microservices-demo"); err == nil {
		require.Equal(t, 4, count(found, "microservices-demo/", "TW-D010"), "final stages of the build machine's platform")
		require.Equal(t, 4, count(found, "microservices-demo/", "TW-D001"), "untagged final bases")
		require.Equal(t, 4, count(found, "microservices-demo/", "TW-D005"), "unpinned final bases")
	}
}

func count(found []rule.Finding, folder, id string) int {
	n := 0
	for _, f := range found {
		if f.Rule.ID == id && strings.HasPrefix(f.At.Path(), folder) {
			n++
		}
	}
	return n
}
