package build

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var unpinnedPackage = rule.Rule{
	ID:       "TW-D018",
	Name:     "unpinned-package",
	Title:    "Language package installed without a version",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Without a version the newest release is taken, minutes after somebody uploads it. Most takeovers of npm, PyPI and RubyGems packages are found within days: whoever builds with fixed versions never gets them. Packages of the distribution are not meant here: their mirrors drop old versions, and they are signed.",
	Fix:      "Install from a lock file (`npm ci`, `pip install --require-hashes -r requirements.txt`, `bundle install` with a frozen lock), or name the version: `pip install uv==0.9.2`, `npm install -g corepack@0.34.6`, `go install tool@v1.2.3`, `gem install x -v 1.2`.",
	Refs:     refs(nist, "4.1.5", practice, "M6"),
	Aliases:  []string{"hadolint:DL3013", "hadolint:DL3016", "hadolint:DL3028", "hadolint:DL3062"},
	Bad: []string{`
-- Dockerfile --
FROM debian:12
RUN pip install --no-cache-dir flask "uvicorn[standard]>=0.30" gunicorn==23.0.0
#                              ^^^^^ pip installs flask, uvicorn[standard]>=0.30 without a fixed version
RUN python3 -m pip install --upgrade pip && npm install -g typescript @angular/cli@17.1.0
#                                    ^^^ pip installs pip without a fixed version
#                                                          ^^^^^^^^^^ npm installs typescript without a fixed version
RUN go install golang.org/x/tools/gopls@latest && gem install bundler
#              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ go installs golang.org/x/tools/gopls@latest without a fixed version
#                                                             ^^^^^^^ gem installs bundler without a fixed version
RUN cargo install ripgrep && npx -y create-react-app app && yarn global add serve
#                 ^^^^^^^ cargo installs ripgrep without a fixed version
#                                   ^^^^^^^^^^^^^^^^ npx installs create-react-app without a fixed version
#                                                                           ^^^^^ yarn installs serve without a fixed version
RUN pip install git+https://github.com/acme/x@main
#               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ pip installs git+https://github.com/acme/x@main without a fixed version
RUN pipenv install flask && uvx ruff check && pipx run black . && npm i git+https://github.com/acme/x.git ../local https://example.com/a.tar.gz
#                  ^^^^^ pipenv installs flask without a fixed version
#                               ^^^^ uvx installs ruff without a fixed version
#                                                      ^^^^^ pipx installs black without a fixed version
#                                                                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ npm installs git+https://github.com/acme/x.git without a fixed version
RUN bun add elysia && composer global require laravel/installer
#           ^^^^^^ bun installs elysia without a fixed version
#                                             ^^^^^^^^^^^^^^^^^ composer installs laravel/installer without a fixed version
`, `
-- Dockerfile --
FROM golang:1.26
RUN go install example.com/tool
#              ^^^^^^^^^^^^^^^^ go installs example.com/tool without a fixed version
COPY . .
RUN go install example.com/acme/app/cmd/app
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12
RUN pip install --require-hashes -r requirements.txt && pip install . ./x.whl -e /src flask==3.1.2 $PKG "x${V}"
RUN pip install -c constraints.txt flask && pip install git+https://github.com/acme/x@0123456789abcdef0123456789abcdef01234567
RUN pip install "git+https://github.com/acme/x.git@v1.2.3#egg=x"
RUN npm ci && npm install && npm install -g corepack@0.34.6 ./local.tgz && npx tsc && npx -y create-react-app@5.0.1
RUN go install ./cmd/x && go install example.com/x@v1.2.3 && gem install bundler -v 2.6.1 && gem install rake:13.2.1
RUN cargo install --locked --version 14.1.1 ripgrep && cargo install --path . && yarn add serve@14.2.4
RUN uvx ruff@0.5.0 check && uvx --from ruff==0.5.0 ruff && uv tool run black==25.1 . && gem install nokogiri:1.18 -- --use-system-libraries
RUN npm install git+ssh://git@github.com/acme/x.git#v1.2.3 git+https://github.com/acme/y.git#semver:1.2
RUN uv tool install ruff@0.5.0 && composer require acme/x:^1.2 && composer install && bun install
RUN dotnet tool install --global x --version 1.2 && pipx install poetry==2.1 && uv pip install flask==3.1.2
`},
	Check: rule.EachRun(checkUnpinnedPackage),
}

func checkUnpinnedPackage(p *rule.Pass, run *dockerfile.Run) {
	for _, c := range run.Commands {
		name, pkgs := languagePackages(c)
		if name == "go" && !broughtFiles(run) {
			verb, rest := subcommand(c.Args)
			pkgs = goPackages(verb, rest, false)
		}
		if len(pkgs) == 0 {
			continue
		}
		names := list(pkgs)
		f := commandFinding(run, pkgs[0].At, name+" "+names, name+" installs "+names+" without a fixed version", "name the version, or install from a lock file")
		f.Severity = flowSeverity(p.Rule.Severity, run.Instruction.Stage)
		f.Aliases = unpinnedElsewhere(c)
		if !slices.ContainsFunc(pkgs, func(w dockerfile.Word) bool { return !packagingTool(w.Value) }) {
			f.Severity = min(f.Severity, rule.Low)
		}
		p.Report(f)
	}
}

// packagingTool reports whether a package only installs others.
func packagingTool(pkg string) bool {
	switch pkg {
	case "pip", "setuptools", "wheel", "npm", "npm@latest", "bundler":
		return true
	}
	return false
}

// broughtFiles reports whether anything may have brought a module into the image
// before a RUN.
func broughtFiles(run *dockerfile.Run) bool {
	for _, s := range chain(run.Instruction.Stage) {
		for _, in := range s.Instructions {
			if in == run.Instruction {
				return len(in.Mounts) > 0
			}
			if in.Keyword == "COPY" || in.Keyword == "ADD" || in.Run != nil && strings.Contains(in.Run.Script, "git") {
				return true
			}
		}
	}
	return true
}
