package build

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
)

// The checks of other tools for ADD.
const (
	hadolintAdd = "hadolint:DL3020"
	trivyAdd    = "trivy:DS-0005"
	checkovAdd  = "checkov:CKV_DOCKER_4"
	kicsAdd     = "kics:add-instead-of-copy"
	dockleAdd   = "dockle:CIS-DI-0009"
)

// copyable reports whether a source of ADD is a file or folder of the build
// context that COPY would bring in just the same, as far as its name tells.
func copyable(w dockerfile.Word) bool {
	return !archiveName(w.Text) && !archiveName(w.Value) && !zstdName(w.Value) && !remoteSource(w.Value) && !strings.HasPrefix(w.Value, "$")
}

// zstdName reports whether a name ends as those of tar archives packed by zstd,
// which ADD unpacks too.
func zstdName(name string) bool {
	return strings.HasSuffix(name, ".zst") || strings.HasSuffix(name, ".tzst")
}

// remoteSource reports whether ADD downloads a source.
func remoteSource(v string) bool {
	for _, prefix := range []string{"http://", "https://", "ftp://", "git@", "git://", "ssh://"} {
		if strings.HasPrefix(v, prefix) {
			return true
		}
	}
	return false
}

// addAliases returns the checks of other tools that find an ADD, by their
// reading of its text: to Checkov any is one too many.
func addAliases(in *dockerfile.Instruction) []string {
	var out []string
	if len(in.HereDocs) == 0 && len(in.Args) > 1 && slices.ContainsFunc(in.Args[:len(in.Args)-1], func(w dockerfile.Word) bool {
		text := unquoted(w.Text)
		return !archiveName(text) && !strings.HasPrefix(text, "https://") && !strings.HasPrefix(text, "http://")
	}) {
		out = append(out, hadolintAdd)
	}
	if in.OnBuild {
		return out
	}
	text := words(in.Args)
	if !strings.Contains(text, ".tar") {
		out = append(out, kicsAdd)
		if !strings.Contains(text, "http://") && !strings.Contains(text, "https://") && !strings.Contains(text, "git@") {
			out = append(out, trivyAdd)
		}
	}
	return append(out, checkovAdd, dockleAdd)
}
