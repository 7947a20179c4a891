package build

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var unlockedInstall = rule.Rule{
	ID:       "TW-D110",
	Name:     "unlocked-install",
	Title:    "Dependencies are installed without holding to a lock file",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "These commands resolve versions anew where the lock file is missing or does not fit, and write another one inside the image. What was reviewed is not what is shipped, and a release uploaded by a thief minutes ago is taken at once.",
	Fix:      "Copy the lock file into the build and hold to it: `npm ci`, `yarn install --immutable` (`--frozen-lockfile` before yarn 2), `pnpm install --frozen-lockfile`, `bun install --frozen-lockfile`, `uv sync --locked`, `poetry install`, `pipenv install --deploy`, `bundle install` with `BUNDLE_FROZEN=true`, `composer install`, `cargo install --locked`.",
	Refs:     refs(nist, "4.1.5", practice, "M6"),
	Fixable:  true,
	Bad: []string{`
-- Dockerfile --
FROM node:24
COPY package.json package-lock.json ./
RUN npm install --omit=dev && npm run build
#       ^^^^^^^ npm install does not hold to the lock file
RUN yarn && pnpm i && bun install
#   ^^^^ yarn does not hold to the lock file
#                ^ pnpm i does not hold to the lock file
#                         ^^^^^^^ bun install does not hold to the lock file
RUN cargo install --version 14.1.1 ripgrep
#         ^^^^^^^ cargo install does not hold to the lock file
RUN uv sync --no-dev && poetry update && composer update && pipenv install && bundle install
#      ^^^^ uv sync does not hold to the lock file
#                              ^^^^^^ poetry update does not hold to the lock file
#                                                 ^^^^^^ composer update does not hold to the lock file
#                                                                  ^^^^^^^ pipenv install does not hold to the lock file
#                                                                                    ^^^^^^^ bundle install does not hold to the lock file
`},
	Good: []string{`
-- Dockerfile --
FROM node:24
RUN npm ci && npm install -g corepack@0.34.6 && npm install ./local.tgz && yarn install --immutable && yarn --frozen-lockfile && yarn build
RUN pnpm install --frozen-lockfile --prod && bun install --frozen-lockfile && pnpm run build
RUN cargo install --locked --version 14.1.1 ripgrep && cargo build --release && uv sync --frozen && uv sync --locked && poetry install
RUN composer install --no-dev && pipenv install --deploy --system && pipenv sync && bundle config set --local frozen true && bundle install
RUN CI=true pnpm install && bundle install --deployment && yarn install --version
`, `
-- Dockerfile --
FROM ruby:3
ENV BUNDLE_DEPLOYMENT=true UV_LOCKED=1 YARN_ENABLE_IMMUTABLE_INSTALLS=true
RUN bundle install && uv sync && yarn install
`},
	Check: rule.EachRun(checkUnlockedInstall),
}

// locking says when a command that installs dependencies holds to a lock file.
type locking struct {
	installs string // verbs without which it is no installation; "" stands for none
	never    string // verbs that never hold to it
	bare     bool   // the program alone installs
	packages bool   // named packages are installed by the lock file, too
	options  string // options that hold to it, or install something else
	env      string // variables that do the same
	settings string // text in a RUN that does
}

func lockingOf(program string) (locking, bool) {
	switch program {
	case "npm":
		return locking{installs: "install i", options: "-g --global --version --dry-run --package-lock-only"}, true
	case "yarn":
		return locking{installs: "install", bare: true, options: "--immutable --frozen-lockfile --version -v --help -h --mode",
			env: "YARN_ENABLE_IMMUTABLE_INSTALLS CI", settings: "enableImmutableInstalls"}, true
	case "pnpm":
		return locking{installs: "install i", options: "--frozen-lockfile -g --global --offline", env: "CI", settings: "frozen-lockfile"}, true
	case "bun":
		return locking{installs: "install i", options: "--frozen-lockfile -g --global"}, true
	case "uv":
		return locking{installs: "sync", options: "--locked --frozen", env: "UV_LOCKED UV_FROZEN"}, true
	case "poetry":
		return locking{never: "update"}, true
	case "composer":
		return locking{never: "update upgrade"}, true
	case "pipenv":
		return locking{installs: "install", never: "update", options: "--deploy --ignore-pipfile", env: "PIPENV_IGNORE_PIPFILE"}, true
	case "bundle", "bundler":
		return locking{installs: "install", never: "update", options: "--deployment --frozen", env: "BUNDLE_FROZEN BUNDLE_DEPLOYMENT", settings: "bundle config"}, true
	case "cargo":
		return locking{installs: "install", packages: true, options: "--locked --frozen --path --list"}, true
	}
	return locking{}, false
}

const lockValued = "--prefix --registry --cache --loglevel -C --cwd --dir --filter -F --omit --include --version --vers --git --branch --tag --rev " +
	"--root --features --target --index --path --jobs -j --without --with --gemfile --retry --project --directory --group --extra --python -p --cache-folder"

func checkUnlockedInstall(p *rule.Pass, run *dockerfile.Run) {
	for _, c := range run.Commands {
		l, ok := lockingOf(c.Name)
		if !ok {
			continue
		}
		at, ok := l.resolvesAnew(c)
		if !ok || l.setElsewhere(run, c) {
			continue
		}
		what := c.Name
		if at.Value != c.Program.Value {
			what += " " + at.Value
		}
		f := commandFinding(run, at.At, what, what+" does not hold to the lock file", lockedForm(c.Name))
		f.Severity = flowSeverity(p.Rule.Severity, run.Instruction.Stage)
		if c.Name == "npm" && bringsNpmLock(run) && !run.Exec {
			f.Fix.Edits = []source.Edit{{Span: at.At, New: "ci"}}
		}
		p.Report(f)
	}
}

// resolvesAnew returns the word of a command that installs what is newest.
func (l locking) resolvesAnew(c *dockerfile.Command) (dockerfile.Word, bool) {
	opts, operands := options(c.Args, lockValued)
	for _, o := range opts {
		if listed(l.options, o.name) && o.value != "false" {
			return dockerfile.Word{}, false
		}
	}
	switch {
	case len(operands) == 0:
		return c.Program, l.bare
	case listed(l.never, operands[0].Value):
		return operands[0], true
	}
	return operands[0], listed(l.installs, operands[0].Value) && (len(operands) > 1) == l.packages
}

// setElsewhere reports whether a variable or a setting holds a program to its
// lock file.
func (l locking) setElsewhere(run *dockerfile.Run, c *dockerfile.Command) bool {
	for name := range strings.FieldsSeq(l.env) {
		if truthy(strings.Trim(environment(run, name), `"'`)) || slices.ContainsFunc(c.Env, func(p dockerfile.Pair) bool { return p.Key.Value == name && truthy(p.Value.Value) }) {
			return true
		}
	}
	return l.settings != "" && scriptsUntil(run, l.settings)
}

// lockedForm is what to write instead.
func lockedForm(program string) string {
	switch program {
	case "npm":
		return "copy package-lock.json and run npm ci"
	case "yarn":
		return "add --immutable (--frozen-lockfile before yarn 2)"
	case "pnpm", "bun":
		return "add --frozen-lockfile"
	case "uv", "cargo":
		return "add --locked"
	case "pipenv":
		return "add --deploy"
	case "bundle", "bundler":
		return "set BUNDLE_FROZEN=true"
	}
	return "install from the lock file: " + program + " install"
}

// bringsNpmLock reports whether a COPY before a RUN names npm's lock file.
func bringsNpmLock(run *dockerfile.Run) bool {
	for _, in := range run.Instruction.Stage.Instructions {
		if in == run.Instruction {
			return false
		}
		if in.Keyword == "COPY" && slices.ContainsFunc(in.Args, func(w dockerfile.Word) bool {
			name := baseName(w.Value)
			return name == "package-lock.json" || name == "npm-shrinkwrap.json"
		}) {
			return true
		}
	}
	return false
}
