package docs

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/rules"
)

// Generate returns every generated file below the repository root, by its path.
func Generate(root string) (map[string][]byte, error) {
	all := rules.All()
	out := map[string][]byte{
		"docs/rules.md":      rulesPage(all),
		"docs/compliance.md": compliancePage(all),
	}
	for name, make := range map[string]func(string) ([]byte, error){
		"docs/config.schema.json": configSchema, "docs/result.schema.json": resultSchema,
	} {
		data, err := make(root)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		out[name] = data
	}
	config, err := configPage(out["docs/config.schema.json"], all)
	if err != nil {
		return nil, err
	}
	out["docs/config.md"] = config
	for name, parts := range map[string]map[string]string{
		"README.md":      {"rules": rulesTable(all), "worlds": worldsTable(all)},
		"docs/compat.md": {"hadolint": equivalentsTable(rules.As("hadolint"))},
	} {
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			return nil, err
		}
		if out[name], err = fillMarks(name, text, parts); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Stale returns the generated files that are not as Generate would write them,
// sorted.
func Stale(root string) ([]string, error) {
	want, err := Generate(root)
	if err != nil {
		return nil, err
	}
	var stale []string
	for name, data := range want {
		have, _ := os.ReadFile(filepath.Join(root, name))
		if !bytes.Equal(have, data) {
			stale = append(stale, name)
		}
	}
	slices.Sort(stale)
	return stale, nil
}

// Write writes the generated files that have changed.
func Write(root string) error {
	want, err := Generate(root)
	if err != nil {
		return err
	}
	for name, data := range want {
		path := filepath.Join(root, name)
		if have, _ := os.ReadFile(path); bytes.Equal(have, data) {
			continue
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// worlds are the groups of rules by the prefix of their IDs.
var worlds = [...]struct{ prefix, title string }{
	{"TW-D", "Dockerfiles"}, {"TW-K", "Kubernetes manifests"}, {"TW-I", "Images"}, {"TW-X", "Across Dockerfile, manifest and image"}, {"TW-P", "The project itself"},
}

// inWorld returns the rules of a world.
func inWorld(all []rule.Rule, prefix string) []rule.Rule {
	var out []rule.Rule
	for _, r := range all {
		if r.ID[:4] == prefix {
			out = append(out, r)
		}
	}
	return out
}
