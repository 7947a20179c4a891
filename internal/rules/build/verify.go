package build

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
)

// activity is what the commands of a stage do with files, looked up by the
// downloads of the stage.
type activity struct {
	runs      map[*dockerfile.Command]*dockerfile.Run
	verifiers []*dockerfile.Command
	feeds     map[*dockerfile.Command][]*dockerfile.Command // by the command that reads the pipe
	executed  map[string]bool                               // base names
	changed   []*dockerfile.Command                         // chmod
	unpacked  []*dockerfile.Command
}

func activityOf(s *dockerfile.Stage) activity {
	a := activity{runs: map[*dockerfile.Command]*dockerfile.Run{}, feeds: map[*dockerfile.Command][]*dockerfile.Command{}, executed: map[string]bool{}}
	for _, run := range runs(s) {
		for _, c := range run.Commands {
			a.runs[c] = run
		}
	}
	for _, c := range stageCommands(s) {
		if c.PipeTo != nil {
			a.feeds[c.PipeTo] = append(a.feeds[c.PipeTo], c)
		}
		name, _ := tool(c)
		switch {
		case sumTools.MatchString(c.Name) || signatureTool(c):
			a.verifiers = append(a.verifiers, c)
		case c.Name == "chmod":
			a.changed = append(a.changed, c)
		case unpacks(c) || slices.Contains([]string{"dpkg", "rpm", "apt-get", "apt", "dnf", "yum", "apk"}, c.Name):
			a.unpacked = append(a.unpacked, c)
		case shell(name) || interpreter(name):
			if first, ok := firstOperand(c); ok {
				a.executed[baseName(first.Value)] = true
			}
		default:
			a.executed[baseName(c.Program.Value)] = true
		}
	}
	return a
}

// verified reports whether a command of the stage checks a file that was
// downloaded by another, its checksum or a signature over it. A check that does
// not name the file counts in the RUN of the download, run.
func (a activity) verified(file string, run *dockerfile.Run) bool {
	return slices.ContainsFunc(a.verifiers, func(c *dockerfile.Command) bool {
		if sumTools.MatchString(c.Name) {
			return a.sumVerifies(c, file, run)
		}
		return mentions(c.Args, file) || c.Name != "openssl" && a.runs[c] == run
	})
}

// use says what is done with a downloaded file, "" for nothing of note.
func (a activity) use(file string) string {
	touches := func(c *dockerfile.Command) bool { return mentions(c.Args, file) }
	switch {
	case file == "":
		return ""
	case a.executed[file]:
		return "run"
	case slices.ContainsFunc(a.changed, touches):
		return "made executable"
	case slices.ContainsFunc(a.unpacked, touches):
		return "unpacked"
	}
	return ""
}

var sumTools = lazyregexp.New(`^(sha(1|224|256|384|512)?sum|shasum|b2sum|b3sum|gsha256sum)$`)

// signatureTool reports whether a command verifies a signature.
func signatureTool(c *dockerfile.Command) bool {
	verb, _ := subcommand(c.Args)
	switch c.Name {
	case "gpg", "gpg2":
		_, verify := word(c.Args, "--verify", "--decrypt", "-d")
		return verify
	case "gpgv", "slsa-verifier", "minisign", "signify", "rpmkeys":
		return true
	case "cosign":
		return strings.HasPrefix(verb, "verify")
	case "gh":
		return verb == "attestation"
	case "openssl":
		return verb == "dgst"
	}
	return false
}

// sumVerifies reads "sha256sum -c" with its list in a file, from another
// command, or written out, and sums that a script compares by itself.
func (a activity) sumVerifies(c *dockerfile.Command, file string, run *dockerfile.Run) bool {
	_, check := word(c.Args, "--check", "--status")
	for _, arg := range c.Args {
		v := arg.Value
		check = check || strings.HasPrefix(v, "-") && !strings.HasPrefix(v, "--") && strings.Contains(v, "c")
	}
	if !check {
		return mentions(c.Args, file)
	}
	for _, arg := range c.Args {
		if !strings.HasPrefix(arg.Value, "-") && !isNumeric(arg.Value) {
			// A list in a file, which the RUN of the download has to do with.
			list := baseName(arg.Value)
			return a.runs[c] == run || strings.Contains(list, file) || run != nil && strings.Contains(run.Script, list)
		}
	}
	if c.HereDoc != "" {
		return strings.Contains(c.HereDoc, file)
	}
	return slices.ContainsFunc(a.feeds[c], func(from *dockerfile.Command) bool {
		if from.Name == "echo" || from.Name == "printf" {
			return mentions(from.Args, file)
		}
		return a.runs[c] == run || mentions(from.Args, file)
	})
}

// mentions reports whether a word holds the name of a file.
func mentions(words []dockerfile.Word, file string) bool {
	return file == "" || slices.ContainsFunc(words, func(w dockerfile.Word) bool {
		return strings.Contains(w.Value, file) || strings.Contains(w.Text, file)
	})
}

// proofFile matches what a download is checked with: signatures, lists of
// checksums, keys.
var proofFile = lazyregexp.New(`(?i)(\.(asc|sig|sign|minisig|sha\d*(sum)?s?|sum|md5|gpg|key|pub|crt|cert|ca|pem|bundle|sigstore|intoto\.jsonl|att)|sha\d+sums?[^/]*|checksums?[^/]*|keyrings?/[^/]*|/gpg|\.repo|\.list)$`)

// unpacks reports whether a program reads archives.
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
