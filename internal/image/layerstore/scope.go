package layerstore

import (
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
)

// Scope says which entries a run sees and which it makes. What a pull request
// writes, no release ever reads: whoever can open one could otherwise plant what
// a release is judged by.
type Scope struct {
	// Write is the scope of what this run keeps.
	Write string
	// Read are the scopes that it looks in, in this order.
	Read []string
}

// ReleaseScope is that of runs on what has been merged, and of those outside of
// CI.
const ReleaseScope = "release"

// trustedEvents start runs on content of people who may write to the repository.
// All others, and those that GitHub will invent, count as pull requests.
// https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows
func trustedEvents() []string {
	return []string{"push", "release", "schedule", "workflow_dispatch", "repository_dispatch", "create", "deployment"}
}

var pullRef = lazyregexp.New(`^refs/pull/([0-9]{1,10})/`)

// ScopeOf reads the scope from what a CI system tells its jobs. Pull requests are
// kept apart from each other where their number is known.
func ScopeOf(getenv func(string) string) Scope {
	var name string
	switch event := getenv("GITHUB_EVENT_NAME"); {
	case event != "" && !slices.Contains(trustedEvents(), event):
		name = "pull"
		if m := pullRef.FindStringSubmatch(getenv("GITHUB_REF")); m != nil {
			name += "-" + m[1]
		}
	case getenv("CI_MERGE_REQUEST_IID") != "": // https://docs.gitlab.com/ci/variables/predefined_variables/
		name = "pull"
		if id := getenv("CI_MERGE_REQUEST_IID"); number.MatchString(id) {
			name += "-" + id
		}
	default:
		return Scope{Write: ReleaseScope, Read: []string{ReleaseScope}}
	}
	return Scope{Write: name, Read: []string{name, ReleaseScope}}
}

var number = lazyregexp.New(`^[0-9]{1,10}$`)
