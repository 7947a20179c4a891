package image

import (
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestModules(t *testing.T) {
	info := &debug.BuildInfo{
		GoVersion: "go1.26.8 X:nocoverageredesign",
		Main:      debug.Module{Path: "github.com/Acme/app", Version: "v1.2.3"},
		Deps: []*debug.Module{
			{Path: "github.com/old/name", Version: "v1.0.0", Replace: &debug.Module{Path: "github.com/fork/name", Version: "v1.0.1"}},
			{Path: "github.com/local/name", Version: "v1.0.0", Replace: &debug.Module{Path: "../name"}},
			{Path: "gopkg.in/yaml.v3", Version: "v3.0.1"},
		},
	}
	got := func() (out []string) {
		for _, p := range modules(info, Path{Name: "app"}) {
			out = append(out, p.purl(Distro{ID: "debian"}))
		}
		return out
	}
	require.Equal(t, []string{
		"pkg:golang/stdlib@1.26.8", "pkg:golang/github.com/Acme/app@v1.2.3", "pkg:golang/github.com/fork/name@v1.0.1", "pkg:golang/gopkg.in/yaml.v3@v3.0.1",
	}, got())
	info.GoVersion, info.Main.Version = "devel go1.27-abc", "(devel)"
	require.NotContains(t, got(), "pkg:golang/github.com/Acme/app@(devel)")
	require.Len(t, got(), 2)
}

func TestIsExecutable(t *testing.T) {
	for head, want := range map[string]bool{
		"\x7fELF\x02": true, "MZ\x90\x00": true, "\xcf\xfa\xed\xfe": true, "#!/bin/sh": false, "\x7fE": false, "": false,
	} {
		require.Equal(t, want, isExecutable([]byte(head)), "%q", head)
	}
}
