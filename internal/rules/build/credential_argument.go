package build

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/dockerfile/flow"
	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
)

// authorization is an HTTP header that proves who asks.
var authorization = lazyregexp.New(`(?i)^["']?(?:proxy-)?authorization:\s*(?:bearer|token|basic)\s+([^"'\s]+)`)

// credentialArgument returns the word of a command that gives it a password or
// token to identify itself with, and the part that is secret.
func credentialArgument(c *dockerfile.Command) (word dockerfile.Word, text string) {
	switch c.Name {
	case "curl":
		opts, _ := options(c.Args, flow.CurlValued)
		for _, o := range opts {
			switch o.name {
			case "-u", "--user", "-U", "--proxy-user":
				if _, password, ok := strings.Cut(o.value, ":"); ok {
					return o.word, password
				}
			case "-H", "--header":
				if m := authorization.FindStringSubmatch(o.value); m != nil {
					return o.word, m[1]
				}
			}
		}
	case "docker", "podman", "buildah", "skopeo", "helm", "crane", "oras":
		opts, operands := options(c.Args, "-u --username -p --password")
		if len(operands) > 0 && (operands[0].Value == "login" || operands[0].Value == "registry") {
			o, _ := find(opts, "-p", "--password")
			return o.word, o.value
		}
	case "sshpass":
		opts, _ := options(c.Args, "-p")
		o, _ := find(opts, "-p")
		return o.word, o.value
	}
	return dockerfile.Word{}, ""
}
