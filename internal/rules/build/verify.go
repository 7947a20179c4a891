package build

import (
	"regexp"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
)

// verified reports whether a command of the stage checks a file that was
// downloaded: its checksum, or a signature over it.
func verified(commands []*dockerfile.Command, file string) bool {
	return slices.ContainsFunc(commands, func(c *dockerfile.Command) bool { return verifies(c, commands, file) })
}

var sumTools = regexp.MustCompile(`^(sha(1|224|256|384|512)?sum|shasum|b2sum|b3sum|gsha256sum)$`)

func verifies(c *dockerfile.Command, commands []*dockerfile.Command, file string) bool {
	verb, _ := subcommand(c.Args)
	switch {
	case sumTools.MatchString(c.Name):
		return sumVerifies(c, commands, file)
	case c.Name == "gpg" || c.Name == "gpg2" || c.Name == "gpgv":
		_, verify := word(c.Args, "--verify", "--decrypt", "-d")
		return verify || c.Name == "gpgv"
	case c.Name == "cosign" && strings.HasPrefix(verb, "verify"), c.Name == "slsa-verifier", c.Name == "minisign", c.Name == "signify",
		c.Name == "gh" && verb == "attestation", c.Name == "rpmkeys":
		return true
	case c.Name == "openssl" && verb == "dgst":
		return mentions(c.Args, file)
	}
	return false
}

// sumVerifies reads "sha256sum -c" with its list in a file, from another
// command, or written out, and sums that a script compares by itself.
func sumVerifies(c *dockerfile.Command, commands []*dockerfile.Command, file string) bool {
	_, check := word(c.Args, "-c", "--check", "-sc", "-cs", "--status", "-cw", "-wc")
	for _, a := range c.Args {
		check = check || strings.HasPrefix(a.Value, "-") && !strings.HasPrefix(a.Value, "--") && strings.Contains(a.Value, "c")
	}
	if !check {
		return mentions(c.Args, file)
	}
	for _, a := range c.Args {
		if !strings.HasPrefix(a.Value, "-") && !isNumeric(a.Value) {
			return true // a list in a file
		}
	}
	if c.HereDoc != "" {
		return strings.Contains(c.HereDoc, file)
	}
	for _, before := range commands {
		if before.PipeTo == c && (before.Name != "echo" && before.Name != "printf" || mentions(before.Args, file)) {
			return true
		}
	}
	return false
}

// mentions reports whether a word holds the name of a file.
func mentions(words []dockerfile.Word, file string) bool {
	return file == "" || slices.ContainsFunc(words, func(w dockerfile.Word) bool {
		return strings.Contains(w.Value, file) || strings.Contains(w.Text, file)
	})
}

// proofFile matches what a download is checked with: signatures, lists of
// checksums, keys.
var proofFile = regexp.MustCompile(`(?i)(\.(asc|sig|sign|minisig|sha\d*(sum)?s?|sum|md5|gpg|key|pub|crt|cert|ca|pem|bundle|sigstore|intoto\.jsonl|att)|sha\d+sums?[^/]*|checksums?[^/]*|keyrings?/[^/]*|/gpg|\.repo|\.list)$`)

// unpackers read an archive from standard input.
func unpacks(c *dockerfile.Command) bool {
	return slices.Contains([]string{"tar", "bsdtar", "gunzip", "gzip", "zcat", "unzip", "funzip", "bsdcat", "xz", "unxz", "xzcat", "bunzip2", "bzip2", "zstd", "unzstd", "cpio", "jar"}, c.Name)
}

// stageCommands returns the commands of all RUNs of a stage.
func stageCommands(s *dockerfile.Stage) []*dockerfile.Command {
	var out []*dockerfile.Command
	for _, run := range runs(s) {
		out = append(out, run.Commands...)
	}
	return out
}
