package build

import (
	"path"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

// heldSecret is a file of the build context that holds a credential.
type heldSecret struct {
	path, what string
	severity   rule.Severity
}

// secretsAmong returns the files that hold credentials, the worst first, and the
// highest severity among them.
func secretsAmong(files []*dockerfile.ContextFile) ([]heldSecret, rule.Severity) {
	var found []heldSecret
	severity := rule.Info
	for _, f := range files {
		if what, s := heldBy(f); what != "" {
			found = append(found, heldSecret{f.Path, what, s})
			severity = max(severity, s)
		}
	}
	slices.SortStableFunc(found, func(a, b heldSecret) int { return int(b.severity) - int(a.severity) })
	return found, severity
}

// heldBy says what a file of the build context holds, "" for nothing secret. Its
// content decides where it can be read, its name where not.
func heldBy(f *dockerfile.ContextFile) (what string, severity rule.Severity) {
	byName, sure := secretContent(f.Path)
	if byName == "" && inSecretFolder(f.Path) {
		byName, sure = "credentials", true
	}
	if byName == "" {
		return "", rule.Unset
	}
	trial := trialFile.MatchString(f.Path)
	grade := func(s rule.Severity) rule.Severity {
		if trial {
			return rule.Low
		}
		return s
	}
	switch {
	case !f.Read && sure:
		return byName, grade(rule.Medium)
	case !f.Read:
		return byName, rule.Low
	case strings.TrimSpace(f.Text) == "":
		return byName, rule.Low
	}
	if token := knownToken(f.Text); token != "" {
		return token, grade(rule.High)
	}
	switch path.Ext(f.Path) {
	case ".pem", ".key":
		if strings.Contains(f.Text, "-----BEGIN") || !sure {
			return "", rule.Unset // a certificate or a public key
		}
	}
	if !settings(f.Path) {
		return byName, grade(rule.Medium)
	}
	return settingsSecret(f.Text, byName, grade)
}

// settings reports whether a file holds assignments, of which some may be secret.
func settings(name string) bool {
	base := path.Base(name)
	switch path.Ext(base) {
	case ".yaml", ".yml", ".toml", ".tfvars", ".json", ".tfstate":
		return true
	}
	return strings.HasPrefix(base, ".env") || strings.HasSuffix(base, ".env") || strings.HasSuffix(base, "rc") || base == ".yarnrc.yml"
}

// settingsSecret looks for an assignment whose name says that its value is
// secret.
func settingsSecret(text, what string, grade func(rule.Severity) rule.Severity) (string, rule.Severity) {
	severity := rule.Unset
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		at := strings.IndexAny(line, "=:")
		if at < 0 || strings.HasPrefix(line, "#") || strings.HasPrefix(line, ";") {
			continue
		}
		name := strings.Trim(strings.TrimPrefix(line[:at], "export "), "\"' -")
		value := strings.Trim(line[at+1:], "\"', ")
		if strings.HasPrefix(line, "//") { // .npmrc: //registry/:_authToken=…
			at = strings.LastIndexByte(line, '=')
			name, value = line[strings.LastIndexByte(line[:max(at, 0)], ':')+1:max(at, 0)], line[at+1:]
		}
		switch {
		case value == "" || !secretLike(name) && !strings.Contains(name, "_auth") || strings.Contains(value, "$"):
		case !placeholder(value) && random(value):
			return what, grade(rule.High)
		default:
			severity = grade(rule.Medium)
		}
	}
	if severity == rule.Unset {
		return "", severity
	}
	return what, severity
}

// inSecretFolder reports whether a file lies in a folder that programs keep
// credentials in, and is not one of the harmless ones that lie there too.
func inSecretFolder(name string) bool {
	dir, base := path.Split(name)
	if !secretFolders.MatchString(dir) && !secretFolders.MatchString(name) {
		return false
	}
	switch base {
	case "config", "known_hosts", "authorized_keys", "environment", "daemon.json":
		return strings.HasSuffix(dir, ".kube/")
	}
	return !strings.HasSuffix(base, ".pub") && !strings.HasPrefix(base, "known_hosts")
}
