package facts

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
)

// check is a command that compares a checksum or verifies a signature. Text is
// what it and the commands before it in its pipeline say; only is true where the
// step has one download, so that it can mean no other.
type check struct {
	pin  Pin
	text string
	only bool
}

// checksOf lists the checks of one step. Whether their failure ends the build is
// for the rules to judge.
func checksOf(run *dockerfile.Run) []check {
	out := []check{}
	pipes := map[int]*strings.Builder{}
	downloads := 0
	for _, c := range run.Commands {
		if pipes[c.Pipe] == nil {
			pipes[c.Pipe] = &strings.Builder{}
		}
		b := pipes[c.Pipe]
		for _, a := range c.Args {
			b.WriteString(a.Value + " ")
		}
		b.WriteString(c.HereDoc)
		if c.Name == "curl" || c.Name == "wget" {
			downloads++
		}
		if pin := verifies(c); pin != PinNone {
			out = append(out, check{pin: pin, text: b.String()})
		}
	}
	for i := range out {
		out[i].only = downloads == 1
	}
	return out
}

// verifiedBy tells what the same step holds a download against, by the name of
// its file.
func verifiedBy(checks []check, url string) Pin {
	name, _, _ := strings.Cut(url, "?")
	name = name[strings.LastIndexByte(name, '/')+1:]
	for _, c := range checks {
		if c.only || name != "" && strings.Contains(c.text, name) {
			return c.pin
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
