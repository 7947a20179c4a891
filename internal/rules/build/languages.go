package build

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
)

// languagePackages returns the packages that a command installs from a
// language's registry without a fixed version, and the program's name.
func languagePackages(c *dockerfile.Command) (string, []dockerfile.Word) {
	name, args := tool(c)
	verb, rest := subcommand(args)
	switch name {
	case "uv":
		if verb == "pip" {
			verb, rest = subcommand(rest)
			name = "pip"
		} else if verb == "tool" {
			verb, rest = subcommand(rest)
			name = "pipx"
		}
	case "uvx":
		return name, runPackage(args)
	case "dotnet":
		if verb == "tool" {
			verb, rest = subcommand(rest)
		}
	case "yarn", "composer":
		if verb == "global" {
			verb, rest = subcommand(rest)
		}
	}
	switch name {
	case "pip", "pipx", "pipenv":
		if name == "pipx" && verb == "run" {
			return name, runPackage(rest)
		}
		return name, pipPackages(verb, rest)
	case "composer":
		_, pkgs := options(rest, "-d --working-dir")
		if verb == "require" {
			return name, pick(pkgs, func(v string) bool { return !strings.ContainsAny(v, ":=") && strings.Contains(v, "/") })
		}
	case "npm", "pnpm", "yarn", "bun", "npx", "bunx":
		return name, npmPackages(name, verb, args, rest)
	case "gem":
		return name, gemPackages(verb, rest)
	case "go":
		return name, goPackages(verb, rest, true)
	case "cargo":
		return name, cargoPackages(verb, rest)
	case "dotnet":
		opts, pkgs := options(rest, "--version --tool-path --add-source --configfile --framework")
		if _, ok := find(opts, "--version"); verb == "install" && !ok {
			return name, firstNamed(pkgs)
		}
	}
	return name, nil
}

// firstNamed keeps the first operand, where it is known.
func firstNamed(words []dockerfile.Word) []dockerfile.Word {
	if len(words) == 0 || !named(words[0].Value) {
		return nil
	}
	return words[:1]
}

// named reports whether an operand is the name of a package: no variable, no
// file.
func named(v string) bool {
	return v != "" && !strings.ContainsAny(v, "$*`") && !strings.HasPrefix(v, ".") && !strings.HasPrefix(v, "/") && !strings.HasPrefix(v, "~") &&
		!strings.HasPrefix(v, "file:")
}

func pick(words []dockerfile.Word, loose func(string) bool) []dockerfile.Word {
	return slices.DeleteFunc(slices.Clone(words), func(w dockerfile.Word) bool { return !named(w.Value) || !loose(w.Value) })
}

// gitVersion matches the end of a git URL that names a version, as cloning does.
var gitVersion = lazyregexp.New(`@v?\d[\w.-]*(#.*)?$`)

// toolVersion is how uv and pipx also write a version.
var toolVersion = lazyregexp.New(`^[\w.-]+@v?\d`)

var pipFile = lazyregexp.New(`\.(whl|zip|tar\.gz|tgz|tar\.bz2)$`)

// pipValued are the options of pip whose value is the next word.
const pipValued = "-r -c -e -i -f -t -d --requirement --constraint --editable --index-url --extra-index-url --find-links --target " +
	"--prefix --root --src --trusted-host --python --python-version --platform --abi --timeout --retries --cache-dir --no-binary --only-binary " +
	"--progress-bar --proxy --cert --log --upgrade-strategy -p --default-timeout"

func pipPackages(verb string, rest []dockerfile.Word) []dockerfile.Word {
	if verb != "install" {
		return nil
	}
	opts, operands := options(rest, pipValued)
	if _, ok := find(opts, "-c", "--constraint", "--require-hashes"); ok {
		return nil
	}
	return pick(operands, pipLoose)
}

// pipLoose reports whether a requirement leaves the version open.
func pipLoose(v string) bool {
	switch {
	case strings.Contains(v, "git+"), strings.Contains(v, "://"):
		return strings.Contains(v, "git+") && !commitURL.MatchString(v) && !gitVersion.MatchString(v)
	case strings.Contains(v, "/"), pipFile.MatchString(v):
		return false
	}
	return !strings.Contains(v, "==") && !strings.Contains(v, " @ ") && !toolVersion.MatchString(v)
}

// npmPackages reads npm, pnpm and yarn, and npx, which installs what it runs.
func npmPackages(name, verb string, args, rest []dockerfile.Word) []dockerfile.Word {
	const valued = "--prefix --registry --cache --loglevel -C --cwd -w --workspace --filter --omit --include --modules-folder --global-folder -p --package"
	if name == "npx" || name == "bunx" {
		// Without -y it asks, or runs what the project has installed.
		opts, operands := options(args, "-p --package --cache -c --call")
		if _, ok := find(opts, "-y", "--yes"); !ok || len(operands) == 0 {
			return nil
		}
		return pick(operands[:1], npmLoose)
	}
	verbs := map[string][]string{"npm": {"install", "i", "add"}, "pnpm": {"add", "install", "i", "dlx"}, "yarn": {"add", "dlx"}, "bun": {"add", "install", "i"}}
	if !slices.Contains(verbs[name], verb) {
		return nil
	}
	_, operands := options(rest, valued)
	if verb == "dlx" {
		operands = operands[:min(len(operands), 1)]
	}
	return pick(operands, npmLoose)
}

// npmRevision matches the end of a git URL that names a version or a commit.
var npmRevision = lazyregexp.New(`#(v?\d[\w.-]*|semver:\d[\w.-]*|[0-9a-f]{7,40})$`)

// npmLoose reports whether name[@version] leaves the version open.
func npmLoose(v string) bool {
	if hasAnySuffix(v, ".tgz", ".tar", ".tar.gz") || strings.Contains(v, "://") && (commitURL.MatchString(v) || npmRevision.MatchString(v)) {
		return false
	}
	_, ver, ok := strings.Cut(strings.TrimPrefix(v, "@"), "@")
	return !ok || ver == "" || ver[0] < '0' || ver[0] > '9'
}

// runPackage reads uvx and pipx run, which install what they run.
func runPackage(rest []dockerfile.Word) []dockerfile.Word {
	opts, operands := options(rest, "--from --spec --with --index-url --default-index --index --python -p --pip-args")
	pkg := operands[:min(len(operands), 1)]
	if from, ok := find(opts, "--from", "--spec"); ok {
		pkg = []dockerfile.Word{{At: from.word.At, Text: from.value, Value: from.value}}
	}
	return pick(pkg, pipLoose)
}

func gemPackages(verb string, rest []dockerfile.Word) []dockerfile.Word {
	if verb != "install" && verb != "i" {
		return nil
	}
	if i := slices.IndexFunc(rest, func(w dockerfile.Word) bool { return w.Value == "--" }); i >= 0 {
		rest = rest[:i] // what follows is for the compiler
	}
	opts, operands := options(rest, "-v --version -i --install-dir -n --bindir --source -s -P --trust-policy -g --file")
	if _, ok := find(opts, "-v", "--version", "-g", "--file"); ok {
		return nil
	}
	return pick(operands, func(v string) bool { return !strings.Contains(v, ":") && !strings.HasSuffix(v, ".gem") })
}

// goPackages reads go install, get and run. Inside a module a package without a
// version is its own, or at the version of go.mod; elsewhere it is the newest.
func goPackages(verb string, rest []dockerfile.Word, inModule bool) []dockerfile.Word {
	if verb != "install" && verb != "get" && verb != "run" {
		return nil
	}
	_, operands := options(rest, "-ldflags -tags -o -gcflags -mod -C -p -buildmode -asmflags")
	if verb == "run" {
		operands = operands[:min(len(operands), 1)]
	}
	return pick(operands, func(v string) bool {
		path, ver, ok := strings.Cut(v, "@")
		if !strings.Contains(strings.SplitN(path, "/", 2)[0], ".") {
			return false // of this module
		}
		if !ok {
			return !inModule
		}
		return ver == "latest" || ver == "master" || ver == "main" || ver == "HEAD" || ver == "upgrade"
	})
}

func cargoPackages(verb string, rest []dockerfile.Word) []dockerfile.Word {
	if verb != "install" && verb != "binstall" {
		return nil
	}
	opts, operands := options(rest, "--version --vers --git --branch --tag --rev --path --root --features -F --target --registry --index --profile -j --jobs --bin --target-dir")
	if _, ok := find(opts, "--version", "--vers", "--path", "--rev", "--tag", "--git"); ok {
		return nil
	}
	return pick(operands, func(v string) bool { return !strings.Contains(v, "@") && !strings.HasPrefix(v, "+") })
}
