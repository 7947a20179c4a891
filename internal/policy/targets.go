package policy

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/source"
)

// Targets are the entries of kubernetes-versions with their places in the
// configuration file, which may be nil.
func (c Config) Targets(file *source.File) []source.Target {
	var out []source.Target
	for _, version := range c.KubernetesVersions {
		t := source.Target{Version: version}
		if file != nil {
			t.At = versionSpan(file, version)
		}
		out = append(out, t)
	}
	return out
}

// versionSpan finds an entry of kubernetes-versions; the file has been decoded
// strictly, so that the key stands in it once.
func versionSpan(file *source.File, version string) source.Span {
	const key = "kubernetes-versions"
	start := strings.Index("\n"+file.Text, "\n"+key)
	if start < 0 {
		return source.Span{}
	}
	if i := strings.Index(file.Text[start:], version); i >= 0 {
		return file.Span(start+i, start+i+len(version))
	}
	return file.Span(start, start+len(key))
}
