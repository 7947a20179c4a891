package build

import (
	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var unhashedRequirements = rule.Rule{
	ID:       "TW-D111",
	Name:     "unhashed-requirements",
	Title:    "Requirements are installed without hashes being demanded",
	Severity: rule.Low,
	Profile:  rule.Strict,
	Since:    "0.1",
	Why:      "A version number does not say which file is installed: further files can be added to a release of PyPI at any time, and a mirror or a second index can answer with its own. pip compares hashes only where the file has some or the option demands them.",
	Fix:      "Write the file with `pip-compile --generate-hashes` or `uv pip compile --generate-hashes`, and install it with `pip install --require-hashes -r requirements.txt`.",
	Refs:     refs(nist, "4.1.5", practice, "M6"),
	Bad: []string{`
-- Dockerfile --
FROM python:3
RUN pip install --no-cache-dir -r requirements.txt && uv pip install --requirement=dev.txt
#                              ^^ requirements.txt is installed without hashes being demanded
#                                                                    ^^^^^^^^^^^^^^^^^^^^^ dev.txt is installed without hashes being demanded
`},
	Good: []string{`
-- Dockerfile --
FROM python:3
RUN pip install --require-hashes -r requirements.txt && pip install flask==3.1 && pip download -r x.txt
RUN PIP_REQUIRE_HASHES=1 pip install -r requirements.txt
`, `
-- Dockerfile --
FROM python:3
ENV UV_REQUIRE_HASHES=1
RUN uv pip install -r requirements.txt
`},
	Check: rule.EachRun(checkUnhashed),
}

func checkUnhashed(p *rule.Pass, run *dockerfile.Run) {
	for _, c := range run.Commands {
		rest, ok := pipInstall(c)
		if !ok {
			continue
		}
		opts, _ := options(rest, pipValued)
		file, ok := find(opts, "-r", "--requirement")
		if _, hashes := find(opts, "--require-hashes"); !ok || hashes || hashesDemanded(run, c) {
			continue
		}
		f := commandFinding(run, file.word.At, file.value, file.value+" is installed without hashes being demanded", "add hashes to the file, and --require-hashes")
		f.Severity = flowSeverity(p.Rule.Severity, run.Instruction.Stage)
		p.Report(f)
	}
}

// pipInstall returns the words behind install of pip and uv pip.
func pipInstall(c *dockerfile.Command) ([]dockerfile.Word, bool) {
	if c.Name == "" || c.Name[0] != 'p' && c.Name != "uv" {
		return nil, false
	}
	name, args := tool(c)
	verb, rest := subcommand(args)
	if name == "uv" && verb == "pip" {
		verb, rest = subcommand(rest)
		name = "pip"
	}
	return rest, name == "pip" && verb == "install"
}

func hashesDemanded(run *dockerfile.Run, c *dockerfile.Command) bool {
	for _, name := range []string{"PIP_REQUIRE_HASHES", "UV_REQUIRE_HASHES"} {
		if truthy(environment(run, name)) {
			return true
		}
		for _, p := range c.Env {
			if p.Key.Value == name && truthy(p.Value.Value) {
				return true
			}
		}
	}
	return false
}
