package docs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"time"

	"github.com/invopop/jsonschema"
	"github.com/tidewaiter/tidewaiter/internal/gate"
	"github.com/tidewaiter/tidewaiter/internal/policy"
	"github.com/tidewaiter/tidewaiter/internal/product"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

// configSchema is the JSON schema of tidewaiter.yaml.
func configSchema(root string) ([]byte, error) {
	r := &jsonschema.Reflector{FieldNameTag: "yaml", DoNotReference: true, RequiredFromJSONSchemaTags: true, Mapper: mapConfigTypes}
	if err := comments(r, root, "internal/policy"); err != nil {
		return nil, err
	}
	s := r.Reflect(&policy.Config{})
	s.ID = jsonschema.ID(product.URL + "/blob/main/docs/config.schema.json")
	s.Title = "tidewaiter.yaml"
	return encode(s)
}

// resultSchema is the JSON schema of check --format json.
func resultSchema(root string) ([]byte, error) {
	r := &jsonschema.Reflector{DoNotReference: true, AllowAdditionalProperties: true}
	if err := comments(r, root, "internal/gate"); err != nil {
		return nil, err
	}
	s := r.Reflect(&gate.Result{})
	s.ID = jsonschema.ID(product.URL + "/blob/main/docs/result.schema.json")
	s.Title = "The result of tidewaiter check"
	return encode(s)
}

// comments gives the schema the doc comments of a package.
func comments(r *jsonschema.Reflector, root, pkg string) error {
	if err := r.AddGoComments(pkg, filepath.Join(root, pkg), jsonschema.WithFullComment()); err != nil {
		return fmt.Errorf("read the comments of %s: %w", pkg, err)
	}
	// The library keys comments by the folder it walked, "…/gate.Result.Findings";
	// the types say their import path.
	found := map[string]string{}
	for key, text := range r.CommentMap {
		found[path.Join(product.Module, path.Dir(pkg), path.Base(key))] = description(text)
	}
	r.CommentMap = found
	return nil
}

// subject is how a doc comment begins: the Go name, which no reader of a schema
// knows, and a verb that says no more than that a description follows.
var subject = regexp.MustCompile(`^[A-Z]\w*(?: is| are|) (\pL)`)

// description is a doc comment as the description of a key.
func description(comment string) string {
	words := strings.Join(strings.Fields(comment), " ")
	m := subject.FindStringSubmatchIndex(words)
	if m == nil {
		return words
	}
	return strings.ToUpper(words[m[2]:m[3]]) + words[m[3]:]
}

func mapConfigTypes(t reflect.Type) *jsonschema.Schema {
	switch t {
	case reflect.TypeFor[time.Time]():
		return &jsonschema.Schema{Type: "string", Format: "date"}
	case reflect.TypeFor[policy.RuleConfig]():
		levels := []any{"off", "on"}
		for s := rule.Info; s <= rule.Critical; s++ {
			levels = append(levels, s.String())
		}
		long := jsonschema.NewProperties()
		long.Set("severity", &jsonschema.Schema{Enum: levels})
		long.Set("settings", &jsonschema.Schema{Type: "object"})
		return &jsonschema.Schema{OneOf: []*jsonschema.Schema{
			{Enum: append(levels, false, true)},
			{Type: "object", Properties: long, AdditionalProperties: jsonschema.FalseSchema},
		}}
	}
	return nil
}

func encode(s *jsonschema.Schema) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(s); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
