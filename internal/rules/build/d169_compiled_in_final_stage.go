package build

import (
	"fmt"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var compiledInFinalStage = rule.Rule{
	ID:       "TW-D169",
	Name:     "compiled-in-final-stage",
	Title:    "Program is compiled in the stage that is shipped",
	Severity: rule.Low,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Where a compiler runs in the final stage, the compiler, the sources and the packages that only building needs are in the image, unless the base is known to bring none. This speaks of bases that nothing is known of; `toolchain-in-final-stage` names those that are compilers, and packages that install one.",
	Fix:      "Compile in a stage of its own and copy the result: `COPY --from=build /out/app /usr/bin/app`.",
	Refs:     refs(cis, "4.3", nist, "4.1.2", practice, "M4", practice, "M7"),
	Bad: []string{`
-- Dockerfile --
FROM registry.example.com/base/go:1
COPY . /src
RUN cd /src && go build -o /app .
#              ^^ go build compiles in the stage that is shipped
RUN make && mvn -B -q package
#           ^^^ mvn package compiles in the stage that is shipped
CMD ["/app"]
`},
	Good: []string{`
-- Dockerfile --
FROM registry.example.com/base/go:1 AS build
RUN go build -o /app .
FROM debian:12
COPY --from=build /app /app
RUN npm run build && go version && make install
`, `
-- Dockerfile --
# toolchain-in-final-stage speaks of these
FROM golang:1.26 AS dev
RUN go build -o /app .
FROM dev
RUN go install ./...
`, `
-- Dockerfile --
FROM debian:12
RUN apt-get update && apt-get install -y golang && go build -o /app . && apt-get purge -y golang
`},
	Check: rule.EachFinalStage(checkCompiled),
}

func checkCompiled(p *rule.Pass, s *dockerfile.Stage) {
	if base := rootStage(s).Base; toolchainBase(base) || !external(base) {
		return
	}
	stages := chain(s)
	for _, st := range stages {
		for _, run := range runs(st) {
			for _, c := range run.Commands {
				if pkgs, _ := installed(c); len(pkgs) > 0 && anyCompiler(pkgs) {
					return // left-over packages are judged as such
				}
			}
		}
	}
	for _, st := range stages {
		for _, run := range runs(st) {
			for _, c := range run.Commands {
				what := compiles(c)
				if what == "" {
					continue
				}
				p.Report(rule.Finding{
					Message: fmt.Sprintf("%s compiles in the stage that is shipped", what),
					At:      c.Program.At,
					Subject: stageSubject(s),
					Key:     what,
					Fix:     &rule.Fix{Title: "compile in a stage of its own and COPY --from the result"},
				})
			}
		}
	}
}

func anyCompiler(pkgs []dockerfile.Word) bool {
	for _, pkg := range pkgs {
		if isCompiler(pkg.Value) {
			return true
		}
	}
	return false
}

// compiles says which compiler a command runs, "" for none. Building scripts of
// interpreted languages is left out: they need the same programs to run.
func compiles(c *dockerfile.Command) string {
	var verbs string
	switch c.Name {
	case "gcc", "g++", "clang", "clang++", "cc", "c++", "rustc", "javac", "ghc":
		if _, asks := word(c.Args, "--version", "-v", "-dumpversion", "-dumpmachine"); asks || len(c.Args) == 0 {
			return ""
		}
		return c.Name
	case "go":
		verbs = " build install "
	case "cargo":
		verbs = " build install "
	case "mvn", "mvnw":
		verbs = " package install verify deploy compile "
	case "gradle", "gradlew":
		verbs = " build assemble bootJar shadowJar installDist "
	case "dotnet":
		verbs = " build publish "
	case "swift", "stack", "cabal", "zig", "crystal":
		verbs = " build install "
	default:
		return ""
	}
	return compileVerb(c, verbs)
}

// compileVerb returns program and verb where the command's verb is one of those
// given. Maven and Gradle take several, in any place.
func compileVerb(c *dockerfile.Command, verbs string) string {
	for _, a := range c.Args {
		switch {
		case strings.HasPrefix(a.Value, "-"):
		case strings.Contains(verbs, " "+a.Value+" "):
			return c.Name + " " + a.Value
		case !strings.HasPrefix(c.Name, "mvn") && !strings.HasPrefix(c.Name, "gradle"):
			return ""
		}
	}
	return ""
}
