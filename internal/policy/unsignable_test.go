package policy_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/policy"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

func TestUnsignable(t *testing.T) {
	build := &facts.Build{Dockerfile: &dockerfile.File{Source: source.NewFile("app/Dockerfile", "FROM scratch\n")}}
	render := &manifest.Render{Dir: "deploy", Inputs: []string{"deploy/web.yaml"}}
	project := &facts.Project{
		Images: []*image.Image{{}},
		Builds: []*facts.Build{build},
		Deployments: []*facts.Deployment{{Builds: []*facts.Build{build},
			Container: &manifest.Container{Workload: &manifest.Workload{Object: &manifest.Object{Render: render}}}}},
		NotAnalysed: []source.NotAnalysed{
			{Path: "app/Dockerfile", Line: 3, Reason: "is no shell", Concern: "dockerfile"},
			{Path: "tools/Dockerfile", Reason: "a template", Concern: "dockerfile"},
			{Path: "deploy/web.yaml", Reason: "unread", Concern: "manifest"},
			{Path: "chart/templates", Reason: "helm", Concern: "manifest"},
			{Reason: "no data for Alpine:v3.20", Concern: "advisories"},
			{Reason: "/app/x in layer sha256:1: truncated", Concern: "image"},
			{Reason: "its history fits no Dockerfile", Concern: "attribution"},
			{Path: "big", Reason: "too many files", Concern: "repository"},
		},
	}
	p, err := compile(t, "version: 1", policy.Overrides{})
	require.NoError(t, err)
	v := policy.Judge(p, nil, project, now)
	require.True(t, v.Passed(), "what was not analysed blocks only as a finding, by policy")
	require.Equal(t, []string{"app/Dockerfile:3: is no shell", "deploy/web.yaml: unread", "no data for Alpine:v3.20", "/app/x in layer sha256:1: truncated"}, v.Unsignable())

	project.Images = nil
	require.Empty(t, policy.Judge(p, nil, project, now).Unsignable())
}

// An image whose Dockerfile is not known may have been built by one that could
// not be read.
func TestUnreadDockerfileOfAnUnknownBuild(t *testing.T) {
	read := &dockerfile.File{Source: source.NewFile("tools/Dockerfile", "FROM scratch\n")}
	project := &facts.Project{
		Images: []*image.Image{{}}, Dockerfiles: []*dockerfile.File{read}, Builds: []*facts.Build{{}},
		NotAnalysed: []source.NotAnalysed{
			{Path: "app/Dockerfile", Line: 1, Reason: "no instruction", Concern: source.ConcernDockerfile},
			{Path: "tools/Dockerfile", Line: 1, Reason: "one RUN is no shell", Concern: source.ConcernDockerfile},
		},
	}
	p, err := compile(t, "version: 1", policy.Overrides{})
	require.NoError(t, err)
	require.Equal(t, []string{"app/Dockerfile:1: no instruction"}, policy.Judge(p, nil, project, now).Unsignable())
	project.Builds[0].Dockerfile = read
	require.Equal(t, []string{"tools/Dockerfile:1: one RUN is no shell"}, policy.Judge(p, nil, project, now).Unsignable())
}
