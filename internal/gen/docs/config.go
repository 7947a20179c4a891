package docs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/invopop/jsonschema"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

const configExample = "```yaml\n" + `# yaml-language-server: $schema=https://raw.githubusercontent.com/tidewaiter/tidewaiter/main/docs/config.schema.json
version: 1
fail-on: high
rules:
  image-age: {severity: medium, settings: {max-days: 60}}
  default-namespace: off
paths: {exclude: ["third_party/**"]}
images:
  - {ref: ghcr.io/acme/app, dockerfile: app/Dockerfile, target: final}
waivers:
  - rule: host-path
    path: deploy/agent/**
    reason: the node agent reads the node's logs
    expires: 2027-01-31
    owner: "@acme/platform"
` + "```\n"

// configPage describes tidewaiter.yaml from its schema.
func configPage(schema []byte, all []rule.Rule) ([]byte, error) {
	var s jsonschema.Schema
	if err := json.Unmarshal(schema, &s); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.WriteString(generated + "# Configuration\n\n`tidewaiter.yaml`, or `.github/tidewaiter.yaml`. Everything has a default: a repository needs no file.\n" +
		"An unknown key is an error that names its line and the nearest known key.\n\n" + configExample)
	b.WriteString("\n## Keys\n\n| key | |\n|---|---|\n")
	properties(&b, "", &s)
	b.WriteString("\n## Settings of rules\n\n| rule | setting | default | |\n|---|---|---|---|\n")
	for _, r := range all {
		for _, set := range r.Settings {
			fmt.Fprintf(&b, "| [`%s`](rules.md#%s) | `%s` | `%s` | %s |\n", r.Name, r.ID, set.Name, set.Written(), set.Doc)
		}
	}
	b.WriteString(ignoresText)
	return b.Bytes(), nil
}

func properties(b *bytes.Buffer, prefix string, s *jsonschema.Schema) {
	if s.Properties == nil {
		return
	}
	for p := s.Properties.Oldest(); p != nil; p = p.Next() {
		name := prefix + p.Key
		fmt.Fprintf(b, "| `%s` | %s |\n", name, strings.ReplaceAll(p.Value.Description, "|", "\\|"))
		properties(b, name+".", p.Value)
		if p.Value.Items != nil {
			properties(b, name+"[].", p.Value.Items)
		}
	}
}

const ignoresText = `
## Ignores in place

In Dockerfiles above the instruction, in YAML above the line or behind it:

` + "```\n" + `# tidewaiter:ignore root-user until=2027-01-31 reason="the init system needs it"
` + "```" + `

On a Kubernetes object, the annotation ` + "`tidewaiter.dev/ignore`" + ` with the same words. An ignore without a reason
does not count and is itself a finding, as is one that has expired or matches nothing.
` + "`# hadolint ignore=DL3008`" + ` and ` + "`# check=skip=NAME`" + ` are honoured through the rules' aliases, and so is
a ` + "`.hadolint.yaml`" + ` ([compat.md](compat.md)).
`
