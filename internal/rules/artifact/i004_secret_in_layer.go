package artifact

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var secretInLayer = rule.Rule{
	ID:       "TW-I004",
	Name:     "secret-in-layer",
	Title:    "Credential in the image",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why: "Everyone who can pull the image can read every layer of it, its configuration and its history. " +
		"A file that a later instruction deletes is hidden from the container and still in the layer below.",
	Fix: "Replace the credential, then build without it: hand it to the one `RUN` that needs it with `--mount=type=secret`, and to the container at run time.",
	Refs: []rule.Ref{
		{Standard: "practice", Control: "M19"}, {Standard: "practice", Control: "M20"},
		{Standard: "NIST SP 800-190", Control: "4.1.4"}, {Standard: "CIS Docker", Control: "4.10"},
	},
	Aliases: []string{"dockle:CIS-DI-0010"},
	Bad:     []string{secretExample},
	Good: []string{`
-- Dockerfile --
FROM scratch
COPY app.conf /etc/
-- image/app/image.yaml --
history:
- created_by: COPY app.conf /etc/ # buildkit
-- image/app/layer-0/etc/app.conf --
token_file = /run/secrets/token
`},
	Check: rule.EachBuild(checkSecretInLayer),
}

func checkSecretInLayer(p *rule.Pass, b *facts.Build) {
	configured := map[string]bool{}
	for _, s := range b.Platform.Secrets {
		if strings.HasPrefix(s.Path, "config:") {
			configured[s.Digest] = true
		}
	}
	for _, s := range b.Platform.Secrets {
		if strings.HasPrefix(s.Path, "history:") && configured[s.Digest] {
			continue // the instruction that set it is what the finding on the configuration names
		}
		f := inLayer(b, s.Layer)
		f.At = secretSpan(b, s)
		if !strings.Contains(s.Path, ":") {
			f.Related = b.Origins(s.Layer, s.Path)
		}
		f.Message = fmt.Sprintf("%s in %s (%s)%s", secretForm(s), secretPlace(s), s.Masked, deletedLater(s))
		f.Subject = secretPlace(s)
		f.Key = s.Detector + " " + s.Path
		if s.Inside != "" {
			f.Key += "!/" + s.Inside
		}
		f.Fix = &rule.Fix{Title: "replace the credential, and build without it"}
		if s.Generic {
			f.Severity = rule.Medium
		}
		if s.DeletedIn >= 0 {
			f.Related = append(f.Related, related(b.LayerSpan(s.DeletedIn), "deleted here, which leaves it in the layer below")...)
		}
		p.Report(f)
	}
}

// secretForm says what was found and how sure that is.
func secretForm(s image.Secret) string {
	if s.Generic {
		return "what looks like a credential"
	}
	return "a credential (" + s.Detector + ")"
}

func deletedLater(s image.Secret) string {
	if s.DeletedIn < 0 {
		return ""
	}
	return "; a later layer deletes the file, and the layer below still holds it"
}

// secretPlace says where a secret is: a file with its line, or a part of what
// the image says of itself.
func secretPlace(s image.Secret) string {
	part, isConfig := strings.CutPrefix(s.Path, "config:")
	switch {
	case isConfig:
		return "the image's " + part
	case strings.HasPrefix(s.Path, "history:"):
		return "the image's history"
	}
	place := "/" + s.Path
	if s.Inside != "" {
		place += "!/" + s.Inside
	}
	if s.Line > 0 {
		place += ":" + strconv.Itoa(s.Line)
	}
	return place
}

// secretSpan is the instruction that a person edits: the one that set the value
// for the configuration and the history, else the one that made the layer.
func secretSpan(b *facts.Build, s image.Secret) source.Span {
	if n, ok := strings.CutPrefix(s.Path, "history:"); ok {
		entry, err := strconv.Atoi(n)
		if err != nil {
			entry = -1
		}
		return b.StepSpan(entry)
	}
	part, ok := strings.CutPrefix(s.Path, "config:")
	if !ok {
		return b.FileSpan(s.Layer, s.Path)
	}
	name := ""
	if part == "Env" && s.Line >= 1 && s.Line <= len(b.Platform.Config.Env) {
		name, _, _ = strings.Cut(b.Platform.Config.Env[s.Line-1], "=")
	}
	if in := b.LastStep(func(in *dockerfile.Instruction) bool { return sets(in, part, name) }); in != nil {
		return in.Span.FirstLine()
	}
	return b.BaseSpan()
}

// sets reports whether an instruction sets a part of the configuration.
func sets(in *dockerfile.Instruction, part, name string) bool {
	switch part {
	case "Env":
		for _, pair := range in.Pairs {
			if in.Keyword == "ENV" && pair.Key.Value == name {
				return true
			}
		}
		return false
	case "Labels":
		return in.Keyword == "LABEL"
	}
	return in.Keyword == strings.ToUpper(part)
}

// secretExample holds tokens of the right form that no service has given out,
// written in two parts so that nobody's scanner takes this file for a leak.
const secretExample = `
-- Dockerfile --
FROM scratch
COPY .env /app/.env
^^^^^^^^^^^^^^^^^^^ a credential (github-pat) in /app/.env:2 (ghp_…iZ); a later layer deletes the file, and the layer below still holds it
RUN rm /app/.env
ENV GITHUB_TOKEN=token
^^^^^^^^^^^^^^^^^^^^^^ a credential (github-pat) in the image's Env (ghp_…Ki)
-- image/app/image.yaml --
env: ["PATH=/bin", "GITHUB_TOKEN=ghp_` + `4fXk2mQ8vRz7LwT1bNcY9sHdJ6pGaE3uVoKi"]
history:
- created_by: COPY .env /app/.env # buildkit
- created_by: RUN /bin/sh -c rm /app/.env # buildkit
- created_by: ENV GITHUB_TOKEN=token
  empty_layer: true
layers:
- {}
- whiteouts: [app/.env]
-- image/app/layer-0/app/.env --
# deploy
token=ghp_` + `9aQz3LmW7xKt2RvB8nYc5HdS1jPfG6uEoTiZ
`
