package build

import (
	"slices"
	"strings"
	"sync"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var keptPipCache = rule.Rule{
	ID:       "TW-D106",
	Name:     "kept-pip-cache",
	Title:    "pip keeps its cache in the image",
	Severity: rule.Info,
	Profile:  rule.Tidy,
	Since:    "0.1",
	Why:      "pip stores every wheel a second time in its cache, which no later step of the build reads.",
	Fix:      "Install with `pip install --no-cache-dir`, set `ENV PIP_NO_CACHE_DIR=1`, or give the cache a mount: `RUN --mount=type=cache,target=/root/.cache/pip`.",
	Refs:     refs(practice, "M4"),
	Aliases:  []string{"hadolint:DL3042", "kics:pip-install-keeping-cached-packages"},
	Fixable:  true,
	Bad: []string{`
-- Dockerfile --
FROM python:3
RUN pip install -r requirements.txt && python3 -m pip install flask==3.1
#       ^^^^^^^ pip keeps its cache in the layer
#                                                     ^^^^^^^ pip keeps its cache in the layer
`},
	Good: []string{`
-- Dockerfile --
FROM python:3
RUN pip install --no-cache-dir flask && pip --no-cache-dir install flask && pipx install x && pip download y && uv pip install z
RUN --mount=type=cache,target=/root/.cache/pip pip install flask
RUN PIP_NO_CACHE_DIR=1 pip install flask
RUN pip config set global.no-cache-dir true && pip install flask
`, `
-- Dockerfile --
FROM python:3 AS base
ENV PIP_NO_CACHE_DIR=on
FROM base
RUN pip install flask
`},
	Check: eachRunKnowing("global.no-cache-dir", checkPipCache),
}

func checkPipCache(p *rule.Pass, run *dockerfile.Run, configured bool) {
	off := sync.OnceValue(func() bool { return configured || pipCacheOff(run) || mountedNamed(run, "/pip") })
	for _, c := range run.Commands {
		if !strings.HasPrefix(c.Name, "p") { // pip, python, py
			continue
		}
		name, args := tool(c)
		verb, _ := subcommand(args)
		if name != "pip" || verb != "install" {
			continue
		}
		if _, named := word(args, "--no-cache-dir"); named || off() {
			continue
		}
		at, _ := word(args, "install")
		f := commandFinding(run, at.At, "pip install", "pip keeps its cache in the layer", "add --no-cache-dir")
		f.Fix.Edits = insertAfter(run, at, " --no-cache-dir")
		f.Aliases = []string{"kics:pip-install-keeping-cached-packages"}
		if q, ok := plainly(c); ok && q.installsWithPip() {
			f.Aliases = append(f.Aliases, "hadolint:DL3042")
		}
		p.Report(f)
	}
}

// pipCacheOff reports whether pip is told to have no cache.
func pipCacheOff(run *dockerfile.Run) bool {
	if _, rest, ok := strings.Cut(run.Script, "PIP_NO_CACHE_DIR="); ok && truthy(strings.TrimLeft(rest, `"'`)) {
		return true
	}
	return truthy(strings.Trim(environment(run, "PIP_NO_CACHE_DIR"), `"'`))
}

// truthy reports whether a text begins with a word for yes.
func truthy(text string) bool {
	return slices.ContainsFunc([]string{"1", "true", "on", "yes"}, func(w string) bool { return len(text) >= len(w) && strings.EqualFold(text[:len(w)], w) })
}

// mountedNamed reports whether a cache or tmpfs is mounted at a path that holds
// a text: the cache of a user whose home is not known.
func mountedNamed(run *dockerfile.Run, text string) bool {
	return slices.ContainsFunc(run.Instruction.Mounts, func(m dockerfile.Mount) bool {
		return (m.Type == "cache" || m.Type == "tmpfs") && (strings.Contains(m.Target, text) || strings.HasSuffix(strings.TrimRight(m.Target, "/"), "/.cache"))
	})
}

// installsWithPip is what hadolint takes for pip install: a program whose name
// begins so, or python -m pip install.
func (p plain) installsWithPip() bool {
	return strings.HasPrefix(p.name, "pip") && p.has("install") || strings.HasPrefix(p.name, "python") && p.sequence("-m", "pip", "install")
}
