package build

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
)

// harmless reports whether a download needs no check: it is thrown away, comes
// from the build itself, is named by its content, or is itself a proof.
func harmless(url, file string) bool {
	path, _, _ := strings.Cut(url, "?")
	return file == "null" || local(url) || commitURL.MatchString(url) || proofFile.MatchString(path) || proofFile.MatchString(file)
}

// proofFile matches what a download is checked with: signatures, lists of
// checksums, keys.
var proofFile = lazyregexp.New(`(?i)(\.(asc|sig|sign|minisig|sha\d*(sum)?s?|sum|md5|gpg|key|pub|crt|cert|ca|pem|bundle|sigstore|intoto\.jsonl|att)|sha\d+sums?[^/]*|checksums?[^/]*|keyrings?/[^/]*|/gpg|\.repo|\.list)$`)

var localHost = lazyregexp.New(`^([a-z]+://)?(localhost|127\.\d+\.\d+\.\d+|\[::1\])([:/]|$)`)

// local reports whether a URL leads nowhere but to the build itself.
func local(url string) bool { return localHost.MatchString(url) || strings.HasPrefix(url, "file:") }

// commitURL matches URLs that name their content by a commit.
var commitURL = lazyregexp.New(`[/@=][0-9a-f]{40}([/?#.]|$)`)
