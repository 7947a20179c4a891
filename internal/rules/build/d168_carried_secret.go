package build

import (
	"fmt"
	"path"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var carriedSecret = rule.Rule{
	ID:       "TW-D168",
	Name:     "carried-secret",
	Title:    "Folder that holds a secret of the builder is copied into the image",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "A credential that was only meant for the build stage, or the repository's history in `.git`, goes into the image with the folder that it stands in, and everyone who can pull the image reads it. The stage that was to keep it out brings it in.",
	Fix:      "Copy the result alone, `COPY --from=build /src/dist /app`, and mount secrets where they are needed: `RUN --mount=type=secret,id=npmrc,target=/src/.npmrc …`.",
	Refs:     refs(cis, "4.10", nist, "4.1.4", practice, "M7", practice, "M19"),
	Bad: []string{`
-- Dockerfile --
FROM node:24 AS build
WORKDIR /src
COPY .npmrc package.json ./
COPY .git .git
RUN --mount=type=secret,id=t echo "token=$(cat /run/secrets/t)" > conf/.netrc
FROM node:24-slim
COPY --from=build /src /app
#                 ^^^^ /src of stage build is copied with .git, the history of the repository, in it
#                 ^^^^ /src of stage build is copied with .netrc, which holds credentials, in it
#                 ^^^^ /src of stage build is copied with .npmrc, which holds a registry's token where it needs one, in it
`},
	Good: []string{`
-- Dockerfile --
FROM node:24 AS build
WORKDIR /src
COPY .npmrc package.json ./
COPY id_rsa /root/.ssh/id_rsa
RUN npm ci && rm -f .npmrc
RUN --mount=type=secret,id=n,target=/src/.netrc true
FROM node:24-slim
COPY --from=build /src /app
COPY --from=build /src/dist /dist
`},
	Check: rule.EachStage(checkCarried),
}

// placed is a secret that a stage puts into its file system.
type placed struct {
	file, what string
	sure       bool
	at         source.Span
}

func checkCarried(p *rule.Pass, s *dockerfile.Stage) {
	if s.Role != dockerfile.RoleFinal {
		return
	}
	for _, in := range s.Instructions {
		if in.From == nil || in.From.Stage == nil || in.From.Stage == s || len(in.Args) < 2 {
			continue
		}
		from := in.From.Stage
		var secrets []placed
		for _, src := range in.Args[:len(in.Args)-1] {
			folder := path.Clean("/" + src.Value)
			if _, itself := secretNamed(src.Value, src.At); itself || strings.ContainsAny(folder, "$*?") {
				continue // by its own name, secret-file judges it
			}
			if secrets == nil {
				secrets = append([]placed{}, secretsPlaced(from)...)
			}
			for _, secret := range secrets {
				if folder != "/" && !strings.HasPrefix(secret.file, folder+"/") {
					continue
				}
				severity := p.Rule.Severity
				if !secret.sure {
					severity = rule.Low
				}
				p.Report(rule.Finding{
					Severity: severity,
					Message:  fmt.Sprintf("%s of %s is copied with %s, %s, in it", src.Value, stageSubject(from), path.Base(secret.file), secret.what),
					At:       src.At,
					Related:  []source.Related{{At: secret.at, Message: "put there"}},
					Subject:  stageSubject(s),
					Key:      src.Value + " " + secret.file,
					Fix:      &rule.Fix{Title: "copy the result alone"},
				})
			}
		}
	}
}

// secretNamed says what a file of a name holds; its place is still to be told.
func secretNamed(name string, at source.Span) (placed, bool) {
	if path.Base(name) == ".git" {
		return placed{what: "the history of the repository", sure: true, at: at}, true
	}
	what, sure := secretContent(name)
	return placed{what: "which holds " + what, sure: sure, at: at}, what != ""
}

// secretsPlaced returns the secrets that are in a stage's file system at its end.
func secretsPlaced(s *dockerfile.Stage) []placed {
	var out []placed
	dir := "/"
	for _, st := range chain(s) {
		for _, in := range st.Instructions {
			if in.OnBuild {
				continue
			}
			switch in.Keyword {
			case "WORKDIR":
				if len(in.Args) == 1 {
					dir = below(dir, in.Args[0].Value)
				}
			case "COPY", "ADD":
				out = append(out, copiedSecrets(in, dir)...)
			case "RUN":
				if in.Run != nil {
					out = ranOver(out, in, dir)
				}
			}
		}
	}
	return out
}

// below is a path as seen from a working folder.
func below(dir, name string) string {
	if path.IsAbs(name) {
		return path.Clean(name)
	}
	return path.Join(dir, name)
}

func copiedSecrets(in *dockerfile.Instruction, dir string) []placed {
	if len(in.Args) < 2 {
		return nil
	}
	var out []placed
	to := in.Args[len(in.Args)-1].Value
	folder := strings.HasSuffix(to, "/") || to == "." || len(in.Args) > 2
	for _, src := range in.Args[:len(in.Args)-1] {
		found, ok := secretNamed(src.Value, src.At)
		if !ok || trialFile.MatchString(src.Value) || strings.Contains(src.Value, "*") {
			continue
		}
		file := below(dir, to)
		if folder && path.Base(src.Value) != ".git" {
			file = path.Join(file, path.Base(src.Value))
		}
		if path.Base(src.Value) == ".git" && path.Base(file) != ".git" {
			continue // its content is spread, which is seldom meant
		}
		found.file = file
		out = append(out, found)
	}
	return out
}

// ranOver takes what a RUN removes off the secrets and adds what it writes.
func ranOver(before []placed, in *dockerfile.Instruction, dir string) []placed {
	out := before
	for _, c := range in.Run.Commands {
		if c.Name == "cd" && len(c.Args) == 1 && c.Substituted == nil {
			dir = below(dir, c.Args[0].Value)
		}
		for _, target := range c.Redirects {
			if found, ok := secretNamed(target.Value, target.At); ok && !strings.ContainsAny(target.Value, "$~") {
				found.file = below(dir, target.Value)
				out = append(out, found)
			}
		}
		if c.Name != "rm" && c.Name != "shred" && c.Name != "mv" {
			continue
		}
		for _, arg := range c.Args {
			gone := below(dir, arg.Value)
			kept := out[:0:0]
			for _, secret := range out {
				if secret.file != gone && !strings.HasPrefix(secret.file, gone+"/") {
					kept = append(kept, secret)
				}
			}
			out = kept
		}
	}
	return out
}
