package build

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
)

// managed reads the commands of package managers that fill or empty caches, and
// those that keep a login in the user's home. Their effects bear a mark, since
// whoever limits where files are written does not mean them.
func (t *tracer) managed(c *dockerfile.Command, _ string) {
	name, args := tool(c)
	switch name {
	case "apt-get", "apt", "apk", "yum", "dnf", "microdnf", "zypper", "pip", "npm", "yarn", "pnpm", "docker", "aws", "gcloud", "az", "git", "helm", "podman", "poetry", "twine":
	default:
		return
	}
	verb, rest := subcommand(args)
	if verb == "" {
		return
	}
	at := args[len(args)-len(rest)-1]
	if keeps, ok := loginOf(name, verb, rest); ok {
		t.add(effect{word: at, by: name + " " + verb, what: keeps.what}, t.absolute("", keeps.file))
		return
	}
	cache, fills, ok := cacheOf(name, verb, args)
	if !ok {
		return
	}
	t.add(effect{word: at, by: name + " " + verb, removed: !fills, tree: true, cache: true}, t.absolute("", cache))
}

// cacheOf returns the folder in which a package manager keeps what it fetched,
// and whether the command fills or empties it.
func cacheOf(name, verb string, args []dockerfile.Word) (dir string, fills, ok bool) {
	has := func(words ...string) bool { _, found := word(args, words...); return found }
	switch name {
	case "apt-get", "apt":
		switch verb {
		case "update":
			return "/var/lib/apt/lists", true, true
		}
	case "apk":
		switch {
		case verb == "cache":
			return "/var/cache/apk", false, true
		case verb == "update" || verb == "add" && has("-U", "--update", "--update-cache"):
			return "/var/cache/apk", true, !has("--no-cache")
		}
	case "yum", "dnf", "microdnf":
		dir = map[bool]string{true: "/var/cache/yum", false: "/var/cache/dnf"}[name == "yum"]
		switch verb {
		case "clean":
			return dir, false, true
		case "install", "update", "upgrade", "makecache", "groupinstall":
			return dir, true, true
		}
	case "zypper":
		switch verb {
		case "clean", "cc":
			return "/var/cache/zypp", false, true
		case "refresh", "ref", "install", "in", "update", "up":
			return "/var/cache/zypp", true, true
		}
	case "pip":
		switch {
		case verb == "cache" && has("purge"):
			return "~/.cache/pip", false, true
		case verb == "install" || verb == "download":
			return "~/.cache/pip", true, !has("--no-cache-dir")
		}
	case "npm":
		switch {
		case verb == "cache" && has("clean"):
			return "~/.npm", false, true
		case slices.Contains([]string{"install", "i", "ci"}, verb):
			return "~/.npm", true, true
		}
	case "yarn":
		switch {
		case verb == "cache" && has("clean"):
			return "/usr/local/share/.cache/yarn", false, true
		case verb == "install" || verb == "add":
			return "/usr/local/share/.cache/yarn", true, true
		}
	}
	return "", false, false
}

// login is the file in which a program keeps a credential.
type login struct{ file, what string }

// loginOf says where a command leaves a credential that it was given.
func loginOf(name, verb string, rest []dockerfile.Word) (login, bool) {
	says := func(part string) bool {
		return slices.ContainsFunc(rest, func(w dockerfile.Word) bool { return strings.Contains(w.Value, part) })
	}
	switch {
	case name == "npm" && verb == "config" && (says("_auth") || says("_password")):
		return login{"~/.npmrc", "a registry's token"}, true
	case (name == "docker" || name == "podman") && verb == "login":
		return login{"~/.docker/config.json", "a registry's password"}, true
	case name == "aws" && verb == "configure" && (says("aws_secret_access_key") || says("aws_session_token")):
		return login{"~/.aws/credentials", "cloud credentials"}, true
	case name == "gcloud" && verb == "auth" && says("activate-service-account"):
		return login{"~/.config/gcloud", "cloud credentials"}, true
	case name == "az" && verb == "login":
		return login{"~/.azure", "cloud credentials"}, true
	}
	return login{}, false
}
