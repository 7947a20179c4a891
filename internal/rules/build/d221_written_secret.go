package build

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var writtenSecret = rule.Rule{
	ID:       "TW-D221",
	Name:     "written-secret",
	Title:    "Secret of the build is written into a layer",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "A secret mount keeps the secret out of the image only as long as nothing copies it. What a RUN writes with it, a `.npmrc`, a git credential, a copy of the file, is in its layer for everyone who can pull the image, also when a later instruction removes it.",
	Fix:      "Mount the file where the program looks for it: `--mount=type=secret,id=npmrc,target=/root/.npmrc`, or hand it over in a variable: `--mount=type=secret,id=token,env=NPM_TOKEN`. Where a file has to be written, remove it in the same RUN, or write it to a `--mount=type=tmpfs`.",
	Refs:     refs(cis, "4.10", nist, "4.1.4", practice, "M19", practice, "M20"),
	Bad: []string{`
-- Dockerfile --
FROM debian:12
ARG NPM_TOKEN
RUN --mount=type=secret,id=key cat /run/secrets/key > /root/.ssh/id_rsa
#                                                     ^^^^^^^^^^^^^^^^^ /root/.ssh/id_rsa keeps the secret in this layer
RUN --mount=type=secret,id=npm,env=TOKEN echo "//registry.npmjs.org/:_authToken=${TOKEN}" > .npmrc && npm ci
#                                                                                           ^^^^^^ .npmrc keeps the secret in this layer
RUN --mount=type=secret,id=aws,target=/aws cp /aws /root/.aws && chmod 600 /root/.aws
#                                                  ^^^^^^^^^^ /root/.aws keeps the secret in this layer
RUN --mount=type=secret,id=t T=$(cat /run/secrets/t) && git config --global url."https://x:$T@git.example.com".insteadOf https://git.example.com
#                                                       ^^^ the settings of git keep the secret in this layer
RUN echo "//registry.npmjs.org/:_authToken=$NPM_TOKEN" | tee /root/.npmrc && npm ci
#                                                            ^^^^^^^^^^^^ /root/.npmrc keeps the secret in this layer
RUN rm /root/.npmrc
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12
ARG VERSION
RUN --mount=type=secret,id=npm,target=/root/.npmrc npm ci
RUN --mount=type=secret,id=t TOKEN=$(cat /run/secrets/t) make install > /build.log
RUN --mount=type=secret,id=key cat /run/secrets/key > /root/.ssh/id_rsa && git clone git@example.com:x && rm -rf /root/.ssh
RUN --mount=type=secret,id=npm,env=TOKEN echo "_authToken=${TOKEN}" > .npmrc; npm ci; rm -f .npmrc
RUN --mount=type=secret,id=key --mount=type=tmpfs,target=/tmp cp /run/secrets/key /tmp/key && make KEY=/tmp/key
RUN --mount=type=secret,id=key sha256sum /run/secrets/key > /dev/null && cat /run/secrets/key | ssh-add - && echo "$VERSION" > /version
RUN --mount=type=secret,id=t curl -H "Authorization: Bearer $(cat /run/secrets/t)" https://example.com/x.json > x.json
RUN --mount=type=secret,id=t T=$(cat /run/secrets/t) && npm config set //r/:_authToken=$T && npm ci && npm config delete //r/:_authToken
`},
	Sensitive: true,
	Check:     rule.EachStage(checkWrittenSecret),
}

// secretsOf are what a RUN is handed in secret: files, and variables.
type secretsOf struct {
	files []string
	vars  map[string]bool
}

func (s secretsOf) in(text string) bool {
	if !strings.ContainsAny(text, "$/") {
		return false
	}
	for name := range s.vars {
		for rest := text; ; {
			_, after, ok := strings.Cut(rest, "$")
			if !ok {
				break
			}
			rest = after
			after = strings.TrimPrefix(after, "{")
			if tail, ok := strings.CutPrefix(after, name); ok && !strings.HasPrefix(tail, "_") && (tail == "" || !strings.ContainsAny(tail[:1], "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")) {
				return true
			}
		}
	}
	return slices.ContainsFunc(s.files, func(f string) bool { return strings.Contains(text, f) })
}

// argSecrets are the arguments of a stage that seem to hold a secret.
func argSecrets(st *dockerfile.Stage) map[string]bool {
	vars := map[string]bool{}
	for ; st != nil; st = st.Parent {
		for _, in := range st.Instructions {
			for _, pair := range in.Pairs {
				if in.Keyword == "ARG" && secretLike(pair.Key.Value) {
					vars[pair.Key.Value] = true
				}
			}
		}
	}
	return vars
}

func secretsGiven(run *dockerfile.Run, args map[string]bool) secretsOf {
	s := secretsOf{vars: maps.Clone(args)}
	for _, m := range run.Instruction.Mounts {
		if m.Type != "secret" {
			continue
		}
		if name := m.Options["env"]; name != "" {
			s.vars[name] = true
		}
		id := m.Options["id"]
		if id == "" {
			id = path.Base(m.Target)
		}
		switch {
		case m.Target != "":
			s.files = append(s.files, m.Target)
		case id != "" && id != ".":
			s.files = append(s.files, "/run/secrets/"+id)
		}
	}
	return s
}

func checkWrittenSecret(p *rule.Pass, st *dockerfile.Stage) {
	args := argSecrets(st)
	for _, run := range runs(st) {
		if len(args) > 0 || len(run.Instruction.Mounts) > 0 {
			checkWritten(p, run, secretsGiven(run, args))
		}
	}
}

func checkWritten(p *rule.Pass, run *dockerfile.Run, s secretsOf) {
	if len(s.files) == 0 && len(s.vars) == 0 {
		return
	}
	handed := map[*dockerfile.Command]bool{} // what puts out a secret
	for _, c := range slices.Backward(run.Commands) {
		if c.Substituted != nil && puts(c, s) { // T=$(cat /run/secrets/t)
			handed[c.Substituted] = true
		}
	}
	for i, c := range run.Commands {
		if c.Name == "" && handed[c] {
			for _, pair := range c.Env {
				s.vars[pair.Key.Value] = true
			}
		}
		if puts(c, s) || handed[c] && speaks(c.Name) {
			handed[c] = true
			if c.PipeTo != nil {
				handed[c.PipeTo] = true
			}
		}
		for _, w := range writtenTo(c, s, handed[c]) {
			if !ofSettings(w.Value) && (removedAfter(run.Commands[i+1:], c, w.Value) || passing(run, c, w.Value)) {
				continue
			}
			if ofSettings(w.Value) && unsetAfter(run.Commands[i+1:], c) {
				continue
			}
			reportWritten(p, run, w)
		}
	}
}

func reportWritten(p *rule.Pass, run *dockerfile.Run, w dockerfile.Word) {
	what := w.Value + " keeps"
	if ofSettings(w.Value) {
		what = w.Value + " keep"
	}
	p.Report(rule.Finding{
		Severity: stageSeverity(p.Rule.Severity, run.Instruction.Stage),
		Message:  fmt.Sprintf("%s the secret in this layer", what),
		At:       w.At, Subject: stageSubject(run.Instruction.Stage), Key: w.Text,
		Fix: &rule.Fix{Title: "mount the secret where it is looked for, or remove the file in the same RUN"},
	})
}

// speaks reports whether a program puts out what it is given.
func speaks(name string) bool {
	switch name {
	case "echo", "printf", "cat", "base64", "sed", "awk", "tr", "jq", "head", "tail", "cut", "envsubst", "tee", "grep":
		return true
	}
	return false
}

// puts reports whether a command puts out a secret of the build.
func puts(c *dockerfile.Command, s secretsOf) bool {
	return speaks(c.Name) && (slices.ContainsFunc(c.Args, func(w dockerfile.Word) bool { return s.in(w.Text) }) ||
		slices.ContainsFunc(c.Reads, func(w dockerfile.Word) bool { return s.in(w.Text) }) || s.in(c.HereDoc))
}

// writtenTo returns the files, or the settings, that a command writes a secret to.
func writtenTo(c *dockerfile.Command, s secretsOf, handed bool) []dockerfile.Word {
	var out []dockerfile.Word
	given := slices.ContainsFunc(c.Args, func(w dockerfile.Word) bool { return s.in(w.Text) }) || handed && !speaks(c.Name)
	switch c.Name {
	case "cp", "install", "mv", "rsync":
		_, operands := options(c.Args, "-m -o -g --mode --owner --group")
		if n := len(operands) - 1; n > 0 && slices.ContainsFunc(operands[:n], func(w dockerfile.Word) bool { return s.in(w.Text) }) {
			out = append(out, operands[n])
		}
	case "tee":
		if _, operands := options(c.Args, ""); handed {
			out = append(out, operands...)
		}
	case "npm", "pnpm", "yarn", "pip", "pip3", "git", "composer", "poetry", "bundle", "gem":
		verb, rest := subcommand(c.Args)
		if next, _ := subcommand(rest); given && (verb == "config" && next != "delete" || verb == "set") {
			out = append(out, dockerfile.Word{At: c.Program.At, Text: c.Name, Value: "the settings of " + c.Name})
		}
	}
	if handed && speaks(c.Name) && c.PipeTo == nil {
		out = append(out, c.Redirects...)
	}
	return slices.DeleteFunc(out, func(w dockerfile.Word) bool { return strings.HasPrefix(w.Value, "/dev/") })
}

func ofSettings(name string) bool { return strings.HasPrefix(name, "the settings of ") }

// removedAfter reports whether a later command of the same RUN removes a file.
func removedAfter(later []*dockerfile.Command, by *dockerfile.Command, name string) bool {
	file := dockerfile.Join(by.Dir, name)
	return slices.ContainsFunc(later, func(c *dockerfile.Command) bool {
		if c.Name != "rm" && c.Name != "shred" && c.Name != "unlink" {
			return false
		}
		return slices.ContainsFunc(c.Args, func(w dockerfile.Word) bool {
			gone := dockerfile.Join(c.Dir, w.Value)
			match, err := path.Match(gone, file)
			return gone == file || strings.HasPrefix(file, gone+"/") || match && err == nil || path.Base(gone) == path.Base(file)
		})
	})
}

func unsetAfter(later []*dockerfile.Command, by *dockerfile.Command) bool {
	return slices.ContainsFunc(later, func(c *dockerfile.Command) bool {
		_, unset := word(c.Args, "--unset", "--unset-all", "--remove-section", "delete", "unset", "remove")
		return c.Name == by.Name && unset || c.Name == "rm"
	})
}

// passing reports whether a file lies in a mount, which is in no layer.
func passing(run *dockerfile.Run, c *dockerfile.Command, name string) bool {
	file := dockerfile.Join(c.Dir, name)
	return slices.ContainsFunc(run.Instruction.Mounts, func(m dockerfile.Mount) bool {
		return m.Target != "" && (m.Type == "tmpfs" || m.Type == "cache") && strings.HasPrefix(file, strings.TrimSuffix(m.Target, "/")+"/")
	})
}
