package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// add returns a remedy that writes a setting below base, a container or a pod's
// spec, whether or not its parents are there.
func add(base manifest.Field, title, value string, keys ...string) *rule.Fix {
	return set(base.Get(keys...), title, value)
}

// set returns a remedy that writes a scalar in place of another, or where there
// is none.
func set(f manifest.Field, title, value string) *rule.Fix {
	return &rule.Fix{Title: title, Field: f, Write: func() []source.Edit { return f.Set(value) }}
}

// remove returns a remedy that takes a field away.
func remove(f manifest.Field, title string) *rule.Fix {
	return &rule.Fix{Title: title, Field: f, Write: f.Remove}
}
