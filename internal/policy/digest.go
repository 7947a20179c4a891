package policy

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/tidewaiter/tidewaiter/internal/source"
)

// digest identifies the policy that decided: what the configuration says, the
// words of the command line, and the other files that take part. Waivers are left out:
// a cluster that demands a policy by its digest must not lock out whoever
// edits one. So are how images are signed, comments, the order of keys, and keys without a value, which
// a later version of the format may add.
func digest(o Overrides, c Config, files ...*source.File) string {
	c.Waivers, c.Sign = nil, SignConfig{}
	h := sha256.New()
	fmt.Fprintf(h, "tidewaiter policy 1\x00%s\x00fail-on=%s\x00rules=%s", canonical(c), o.FailOn, o.Rules)
	for i, f := range files {
		if f != nil {
			fmt.Fprintf(h, "\x00file %d\x00%s", i, f.Text)
		}
	}
	return "sha256:" + hex.EncodeToString(h.Sum(nil))
}

// canonical is JSON with sorted keys and without empty values. The settings of
// rules stay as they are: there a zero says something.
func canonical(c Config) []byte {
	rules := c.Rules
	c.Rules = nil
	raw, err := json.Marshal(c)
	if err != nil {
		return nil // no value of Config is without a form in JSON
	}
	var doc map[string]any
	if json.Unmarshal(raw, &doc) != nil {
		return nil
	}
	prune(doc)
	if len(rules) > 0 {
		doc["Rules"] = rules
	}
	// A setting such as .inf, which has no form, is refused when the policy is compiled.
	raw, _ = json.Marshal(doc)
	return raw
}

// prune drops what a Config holds where nothing was said.
func prune(doc map[string]any) {
	for k, v := range doc {
		inner, isMap := v.(map[string]any)
		if isMap {
			prune(inner)
		}
		list, isList := v.([]any)
		if v == nil || v == "" || v == false || v == float64(0) || v == "0001-01-01T00:00:00Z" || isMap && len(inner) == 0 || isList && len(list) == 0 {
			delete(doc, k)
			continue
		}
		for _, e := range list {
			if inner, ok := e.(map[string]any); ok {
				prune(inner)
			}
		}
	}
}
