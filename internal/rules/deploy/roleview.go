package deploy

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

// roleReading is how a check of another tool reads one entry of a role's rules. The
// rules of this package ask what a right comes to; such checks go by the words:
// most pass over API groups and over resourceNames, and know a wildcard only
// where they list it.
type roleReading struct {
	alias string
	// kind and name are the role's, "" for any.
	kind, name string
	// groups are the API groups that count, nil for whatever is written.
	groups, resources, verbs []string
	// also is a verb that the entry must have besides, named one of its resourceNames.
	also, named string
	// unnamed is true for a check that passes over entries with resourceNames.
	unnamed bool
	// wildcard is true for a check that looks for "*" in any word of the first entry.
	wildcard bool
	// and is a second entry that must be there too.
	and *roleReading
	// later is true where that entry must stand below the first.
	later bool
	// grantee is who must hold the role for the check to look at it.
	grantee grantee
}

// grantee is whom a role must be bound to.
type grantee int

const (
	nobody  grantee = iota // bound or not
	anybody                // bound in sight
	account                // bound in sight to a service account
)

// words splits a list, so that tables stay readable; "core" is the API group
// without a name.
func words(list string) []string {
	out := strings.Fields(list)
	for i, w := range out {
		if w == "core" {
			out[i] = ""
		}
	}
	return out
}

// sees reports whether an entry of a role has one of the words of each list.
func (r *roleReading) sees(entry manifest.Field) bool {
	if r.wildcard {
		return slices.ContainsFunc([]string{"apiGroups", "resources", "verbs"}, func(list string) bool {
			return slices.ContainsFunc(entry.Get(list).Strings(), func(s string) bool { return strings.Contains(s, "*") })
		})
	}
	return (r.groups == nil || hasWord(entry.Get("apiGroups"), r.groups)) && hasWord(entry.Get("resources"), r.resources) && hasWord(entry.Get("verbs"), r.verbs) &&
		(r.also == "" || hasWord(entry.Get("verbs"), []string{r.also})) && !(r.unnamed && entry.Get("resourceNames").Exists()) && (r.named == "" || hasWord(entry.Get("resourceNames"), []string{r.named}))
}

func hasWord(list manifest.Field, of []string) bool {
	return slices.ContainsFunc(list.Strings(), func(s string) bool { return slices.Contains(of, s) })
}

// roleView is what the checks of other tools find in a role.
type roleView struct {
	aliases []string
	// entries are those that any of them is about.
	entries []manifest.Field
}

// viewRole reads a role as the checks of other tools do.
func viewRole(p *rule.Pass, role *manifest.Object) roleView {
	var out roleView
	if role.Group() != "rbac.authorization.k8s.io" {
		return out
	}
	entries := role.Field("rules").Items()
	held := map[grantee]bool{nobody: true}
	var looked bool
	var found []int
	for i := range readings() {
		r := &readings()[i]
		at, ok := r.in(entries)
		if !ok || r.kind != "" && r.kind != role.Kind || r.name != "" && r.name != role.Name {
			continue
		}
		if r.grantee != nobody && !looked {
			held[anybody], held[account] = boundTo(p, role)
			looked = true
		}
		if !held[r.grantee] {
			continue
		}
		if !slices.Contains(out.aliases, r.alias) {
			out.aliases = append(out.aliases, r.alias)
		}
		if !slices.Contains(found, at) {
			found = append(found, at)
		}
	}
	slices.Sort(found)
	for _, i := range found {
		out.entries = append(out.entries, entries[i])
	}
	return out
}

// in returns the first entry that the reading is about.
func (r *roleReading) in(entries []manifest.Field) (int, bool) {
	for i, entry := range entries {
		if r.wildcard && i > 0 {
			break
		}
		if !r.sees(entry) {
			continue
		}
		rest := entries
		if r.later {
			rest = entries[i+1:]
		}
		if r.and == nil || slices.ContainsFunc(rest, r.and.sees) {
			return i, true
		}
	}
	return 0, false
}

// boundTo reports whether a binding in sight grants the role to somebody, and
// whether to an account that programs run as.
func boundTo(p *rule.Pass, role *manifest.Object) (anyone, program bool) {
	for _, b := range p.Graph(role.Render).Bound(role) {
		for _, s := range b.Subjects() {
			anyone = true
			program = program || s.Kind == "ServiceAccount" || s.Kind == "Node"
		}
	}
	return anyone, program
}

// asRead leaves a finding about a role those names whose checks read it so.
func asRead(p *rule.Pass, role *manifest.Object, names []string) []string {
	view := viewRole(p, role)
	out := []string{}
	for _, name := range names {
		known := slices.ContainsFunc(readings(), func(r roleReading) bool { return r.alias == name })
		if !known || slices.Contains(view.aliases, name) {
			out = append(out, name)
		}
	}
	return out
}
