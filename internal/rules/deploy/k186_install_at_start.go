package deploy

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var installAtStart = rule.Rule{
	ID:       "TW-K186",
	Name:     "install-at-start",
	Title:    "Container installs software when it starts",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "What is installed at the start was never scanned, signed or tested, is another version after each restart, and needs root, a writable file system and the internet. When the mirror is down the pod does not start.",
	Fix:      "Build it into the image.",
	Refs:     refs(nist, "4.1.1", practice, "M12", practice, "M3"),
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  initContainers:
  - name: tools
    image: docker.io/library/alpine:3.22
    command: [sh, -c, "apk add --no-cache curl && curl -o /t/x https://example.com/x"]
#                      ^^^^^^^ init container tools installs packages when it starts (apk add)
  containers:
  - name: web
    image: docker.io/library/python:3.14
    command: [sh, -c]
    args:
    - |
      set -e
      python -m pip install -q flask
#               ^^^^^^^^^^^ container web installs packages when it starts (pip install)
      exec python app.py
  - name: node
    image: docker.io/library/node:24
    command: [sh, -c, "npm ci --omit=dev && node server.js"]
#                      ^^^ container node installs its dependencies when it starts (npm ci)
    lifecycle:
      postStart: {exec: {command: [sh, -c, "curl -fsSL https://example.com/i.sh | bash"]}}
#                                           ^^^^ container node runs a script that it downloads when it starts
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.com/web:1
    command: [sh, -c, "echo apk additional; curl -o /x https://example.com/x; npm start"]
    args: ["pip", "list"]
`},
	Check: rule.EachContainer(func(p *rule.Pass, c *manifest.Container) {
		for _, path := range startCommands {
			command := c.Field.Get(path...)
			text := strings.Join(command.Strings(), " ")
			if !strings.ContainsAny(text, " ") {
				continue
			}
			if m := match(packageInstall, text, "install", "add", "-S", " i "); m != nil {
				p.Report(startFinding(c, command, m[1], "%s installs packages when it starts (%s)", who(c), m[1]+" "+m[2]))
			}
			if m := match(dependencyInstall, text, "install", " ci", "sync"); m != nil {
				p.Report(startFinding(c, command, m[1], "%s installs its dependencies when it starts (%s)", who(c), m[1]+" "+m[2]))
			}
			if m := match(downloadedScript, text, "curl", "wget"); m != nil {
				p.Report(startFinding(c, command, m[1], "%s runs a script that it downloads when it starts", who(c)))
			}
		}
	}),
}

// startCommands are the fields of a container that say what it runs.
var startCommands = [...][]string{{"command"}, {"args"}, {"lifecycle", "postStart", "exec", "command"}}

// The package managers' own words for installing, at the start of a command.
var (
	packageInstall = lazyregexp.New(`(?:^|[\s;&|("'/])(apt-get|apt|apk|yum|dnf|microdnf|tdnf|zypper|pacman|pip3?|pipx|npm|pnpm|yarn|gem|cargo|go)(?:\s+-[-\w=]+)*\s+(install|add|-S\w*|i|global add)\s+(?:-[-\w=./:]+\s+)*[\w@.{"'$][^\s;&|]*`)
	// dependencyInstall is what installs all that a project says it needs.
	dependencyInstall = lazyregexp.New(`(?:^|[\s;&|("'/])(npm|pnpm|yarn|bundle|composer|poetry|pipenv|uv)\s+(install|ci|sync)(?:\s+-[-\w=./:]+)*\s*(?:$|[;&|)"'\n])`)
	// downloadedScript is a download that is piped into an interpreter.
	downloadedScript = lazyregexp.New(`(?:^|[\s;&|("'/])(curl|wget)\s[^|;&\n]*\|\s*(?:sudo\s+)?(?:/\S*/)?(?:ba|da|a|z)?(?:sh|python3?|perl|node)\b`)
)

// match looks for a pattern in a text that has one of the words, without which
// it cannot match.
func match(pattern *lazyregexp.Regexp, text string, words ...string) []string {
	for _, w := range words {
		if strings.Contains(text, w) {
			return pattern.FindStringSubmatch(text)
		}
	}
	return nil
}

// startFinding makes a finding at the word of the item that has it.
func startFinding(c *manifest.Container, command manifest.Field, word, format string, args ...any) rule.Finding {
	at := command
	for _, item := range command.Items() {
		if strings.Contains(item.String(), word) {
			at = item
			break
		}
	}
	f := finding(at, c, format, args...)
	f.Key = key(command.Path(), c) + "." + word
	f.Fix = &rule.Fix{Title: "build it into the image"}
	for _, i := range []string{" install", " add"} {
		if narrowed := narrow(f.At, word+i); narrowed != f.At {
			f.At = narrowed
			return f
		}
	}
	f.At = narrow(f.At, word)
	return f
}
