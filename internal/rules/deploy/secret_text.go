package deploy

import (
	"path"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
)

// setting matches name=value and name: value in the files that a ConfigMap or
// Secret holds: properties, environment files, YAML, JSON.
var setting = lazyregexp.New(`(?m)(?:^|[{,])[ \t-]*(?:export +)?["']?([A-Za-z_][\w.-]*)["']?[ \t]*[:=][ \t]*["']?([^"'\s,{}()\x60]+)["']?`)

// property matches what refers to a value instead of being one: user.password.
var property = lazyregexp.New(`^[a-z_]+(\.[a-zA-Z_]+)+;?$`)

// maxSettings bounds the settings that are read of one value.
const maxSettings = 500

// embedded is a secret and the setting inside a value that holds it, "" for the
// value itself.
type embedded struct {
	secret
	setting string
}

// where words in which setting the secret is.
func (e embedded) where() string {
	if e.setting == "" {
		return ""
	}
	return ", as " + e.setting
}

// secretsIn judges the value of a key: itself, and where it is a file of many
// settings each of them that has a secret's name.
func secretsIn(name, value string) []embedded {
	if s, ok := namedSecret(name, value); ok {
		return []embedded{{s, ""}}
	}
	if !strings.ContainsAny(value, "\n{") || program(name) {
		return nil
	}
	var out []embedded
	for _, m := range setting.FindAllStringSubmatchIndex(value, maxSettings) {
		rest := strings.TrimLeft(value[m[1]:], " \t")
		if rest != "" && !strings.ContainsAny(rest[:1], ",}\r\n#") {
			continue // more follows: words, a call, an expression
		}
		inner, text := value[m[2]:m[3]], value[m[4]:m[5]]
		if s, ok := namedSecret(inner, text); ok && !property.MatchString(text) && !strings.HasPrefix(text, "$") {
			out = append(out, embedded{s, inner})
		}
	}
	return out
}

// program reports whether a key names code, whose variables are no settings.
func program(name string) bool {
	switch path.Ext(name) {
	case ".sh", ".bash", ".py", ".js", ".ts", ".lua", ".rb", ".pl", ".go", ".sql", ".html", ".md", ".tpl", ".tmpl", ".groovy", ".ps1":
		return true
	}
	return false
}
