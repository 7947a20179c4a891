package secret

import (
	"path"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
)

var (
	// media are files without text of their own, locked those that list checksums.
	media  = lazyregexp.New(`(?i)\.(?:bmp|gif|jpe?g|png|svg|tiff?|ico|webp|eot|[ot]tf|woff2?|docx?|xlsx?|pptx?|pdf|mp[34]|ogg|wav|webm|pyc|mo|class|wasm|crt|cer|pub)$`)
	locked = lazyregexp.New(`(?i)(?:^|/)(?:go\.(?:mod|sum|work\.sum)|package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock|deno\.lock|bun\.lockb?|poetry\.lock|uv\.lock|pdm\.lock|Pipfile\.lock|Cargo\.lock|composer\.lock|Gemfile\.lock|Podfile\.lock|gradle\.lockfile|flake\.lock|mix\.lock|pubspec\.lock|packages\.lock\.json|\.terraform\.lock\.hcl|verification-metadata\.xml|.*sums?(?:\.txt)?|.*\.(?:sha\d+|md5|sum|asc|sig)|RECORD|md5sums)$`)
	// tests are folders and files made to be seen.
	tests = lazyregexp.New(`(?i)(?:^|/)(?:tests?|testing|__tests__|test[-_]?data|testutils?|specs?|fixtures?|__fixtures__|mocks?|__mocks__|examples?|samples?|demos?|e2e|golden|cassettes|integration[-_]tests?)(?:/|$)|(?i)(?:^|/)(?:test_[^/]*|[^/]*(?:[_.-]test|[_.-]tests|[_.-]spec|[_.-]mock|[_.-]examples?|[_.-]samples?|Tests?)\.[a-zA-Z.]+|[^/]*\.(?:example|sample|template|dist|tmpl|tpl))$`)
	// settings are files that hold the settings of a program.
	settings = lazyregexp.New(`(?i)(?:^|/)(?:\.env(?:\.[\w.-]+)?|[^/]*\.(?:env|properties|ini|conf|cfg|cnf|ya?ml|json|toml|xml|config|tfvars|tfstate|sh|bash|zsh|plist|hcl|envrc)|\.(?:bashrc|profile|bash_profile|bash_history|zshrc|pypirc|npmrc|s3cfg|boto|yarnrc|envrc)|[^/.]*(?:config|credentials|secrets?|env|environ|settings|passwords?))$|^(?:config|history):`)
)

// Skip reports whether a file holds no text of its own, or nothing but names and
// checksums.
func Skip(name string) bool {
	return media.MatchString(name) || locked.MatchString(name) || packageManagers(name)
}

// packageManagers are the files of package managers that hold nothing but names
// and checksums, and much of them.
func packageManagers(name string) bool {
	return strings.HasPrefix(name, "var/lib/dpkg/") || strings.HasPrefix(name, "lib/apk/db/") ||
		strings.HasPrefix(name, "usr/lib/apk/db/") || strings.HasPrefix(name, "var/lib/apt/lists/")
}

// Test reports whether a file is one of a test, an example or a template.
func Test(name string) bool { return tests.MatchString(name) }

// manuals are texts that explain.
var manuals = lazyregexp.New(`(?i)(?:\.(?:md|markdown|rst|adoc|html?|d\.[mc]?ts)|(?:^|/)(?:README|CHANGELOG|CHANGES|HISTORY)[^/]*)$`)

// Manual reports whether a file is a text that explains, with examples.
func Manual(name string) bool { return manuals.MatchString(name) }

// Installed reports whether a file lies in a folder that package managers and
// language toolchains fill. Values with a telling name are common there, and are
// part of programs and tests, not of this image.
func Installed(name string) bool {
	top, rest, _ := strings.Cut(name, "/")
	switch top {
	case "bin", "sbin", "lib", "lib32", "lib64", "libx32":
		return true
	case "usr":
		second, rest, _ := strings.Cut(rest, "/")
		if second == "local" {
			third, _, _ := strings.Cut(rest, "/")
			if slices.Contains([]string{"lib", "share", "include", "go", "rustup", "cargo"}, third) {
				return true
			}
		} else if second != "src" {
			return true
		}
	}
	return slices.ContainsFunc(strings.Split(path.Dir(name), "/"), func(dir string) bool {
		switch dir {
		case "node_modules", "site-packages", "dist-packages", "bower_components", "gems", "vendor":
			return true
		}
		return strings.HasSuffix(dir, ".dist-info")
	})
}
