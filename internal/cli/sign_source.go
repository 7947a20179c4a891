package cli

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/sign"
)

// sourceOf says what commit a GitHub workflow judges and where its files can be
// read; nothing outside of one, and nothing that does not look like what it
// should be.
// https://docs.github.com/en/actions/reference/workflows-and-actions/variables
func sourceOf(getenv func(string) string) (s sign.Source, blobURL string) {
	repository, commit := getenv("GITHUB_REPOSITORY"), getenv("GITHUB_SHA")
	if getenv("GITHUB_ACTIONS") != "true" || !repositoryName.MatchString(repository) || !commitID.MatchString(commit) {
		return s, ""
	}
	s = sign.Source{Repository: repository, Commit: commit, Ref: plain(getenv("GITHUB_REF")), Event: plain(getenv("GITHUB_EVENT_NAME")), Workflow: plain(getenv("GITHUB_WORKFLOW_REF"))}
	if server := getenv("GITHUB_SERVER_URL"); serverURL.MatchString(server) {
		s.Repository = server + "/" + repository
		blobURL = s.Repository + "/blob/" + commit
	}
	return s, blobURL
}

// unprotectedRef is the branch of a GitHub workflow that GitHub says it does not
// protect, "" for tags and for runs that a release or a schedule has started.
func unprotectedRef(getenv func(string) string) string {
	if getenv("GITHUB_ACTIONS") != "true" || getenv("GITHUB_REF_PROTECTED") != "false" || getenv("GITHUB_REF_TYPE") == "tag" ||
		slices.Contains([]string{"release", "schedule"}, getenv("GITHUB_EVENT_NAME")) {
		return ""
	}
	return plain(getenv("GITHUB_REF"))
}

// plain drops a value with control characters or of unlikely length.
func plain(s string) string {
	if len(s) > 500 || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return ""
	}
	return s
}
