package facts

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
)

// verifiedBy tells what the same step holds a download against: a command that
// compares checksums or verifies a signature and names the file, or is the only
// one there with one download. Whether its failure ends the build is for the
// rules to judge.
func verifiedBy(run *dockerfile.Run, url string) Pin {
	name, _, _ := strings.Cut(url, "?")
	name = name[strings.LastIndexByte(name, '/')+1:]
	for _, c := range run.Commands {
		pin := verifies(c)
		if pin == PinNone {
			continue
		}
		if name != "" && (mentions(c, name) || pipedFrom(run, c, name)) || onlyDownload(run) {
			return pin
		}
	}
	return PinNone
}

// verifies reports what a command compares.
func verifies(c *dockerfile.Command) Pin {
	has := func(words ...string) bool {
		return slices.ContainsFunc(c.Args, func(a dockerfile.Word) bool { return slices.Contains(words, a.Value) })
	}
	switch c.Name {
	case "sha256sum", "sha512sum", "sha384sum", "sha224sum", "sha1sum", "shasum", "b2sum":
		if slices.ContainsFunc(c.Args, func(a dockerfile.Word) bool {
			return a.Value == "--check" || len(a.Value) > 1 && a.Value[0] == '-' && a.Value[1] != '-' && strings.Contains(a.Value, "c")
		}) {
			return PinChecksum
		}
	case "gpg", "gpgv", "gpg2":
		if c.Name == "gpgv" || has("--verify") {
			return PinSignature
		}
	case "minisign", "signify":
		if has("-V", "-Vm") {
			return PinSignature
		}
	case "cosign":
		if has("verify-blob") {
			return PinSignature
		}
	}
	return PinNone
}

func mentions(c *dockerfile.Command, name string) bool {
	return strings.Contains(c.HereDoc, name) || slices.ContainsFunc(c.Args, func(a dockerfile.Word) bool { return strings.Contains(a.Value, name) })
}

// pipedFrom reports whether a command before c in its pipeline names the file:
// "echo SUM FILE | sha256sum -c".
func pipedFrom(run *dockerfile.Run, c *dockerfile.Command, name string) bool {
	return slices.ContainsFunc(run.Commands, func(o *dockerfile.Command) bool {
		return o.Pipe == c.Pipe && o.PipeStage < c.PipeStage && mentions(o, name)
	})
}

func onlyDownload(run *dockerfile.Run) bool {
	n := 0
	for _, c := range run.Commands {
		if c.Name == "curl" || c.Name == "wget" {
			n++
		}
	}
	return n == 1
}
