package cli

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
)

// job is what the runner tells a step of the job it is in.
// https://docs.github.com/en/actions/reference/workflows-and-actions/variables
type job struct {
	workspace, event, actor          string
	outputFile, summaryFile, artFile string
	// blobURL is where GitHub shows the files of this commit, "" if unknown.
	blobURL string
	// warnings is how many warnings the step has shown before its findings.
	warnings int
	// path is the folder to judge; prefix is where it lies in the workspace,
	// with forward slashes, "" for the workspace itself or a folder outside.
	path, prefix string
	// eventFile holds the payload of the event.
	eventFile string
}

var (
	repositoryName = lazyregexp.New(`^[A-Za-z0-9._-]+/[A-Za-z0-9._-]+$`)
	commitID       = lazyregexp.New(`^[0-9a-f]{40}([0-9a-f]{24})?$`)
	serverURL      = lazyregexp.New(`^https?://[A-Za-z0-9.:-]+$`)
)

func newJob(getenv func(string) string) job {
	j := job{
		workspace: getenv("GITHUB_WORKSPACE"), event: getenv("GITHUB_EVENT_NAME"), actor: getenv("GITHUB_ACTOR"),
		outputFile: getenv("GITHUB_OUTPUT"), summaryFile: getenv("GITHUB_STEP_SUMMARY"), artFile: getenv("GITHUB_ARTIFACTS"),
		eventFile: getenv("GITHUB_EVENT_PATH"),
	}
	server, repository, sha := getenv("GITHUB_SERVER_URL"), getenv("GITHUB_REPOSITORY"), getenv("GITHUB_SHA")
	if serverURL.MatchString(server) && repositoryName.MatchString(repository) && commitID.MatchString(sha) {
		j.blobURL = server + "/" + repository + "/blob/" + sha
	}
	return j
}

// locate finds the folder to judge. GitHub maps annotations and SARIF results
// to files by their path in the repository, which is the workspace as checked
// out; a checkout in a folder of it needs that folder before each path.
func (j *job) locate(path string) {
	if path == "" {
		path = "."
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(j.workspace, path)
	}
	j.path = path
	rel, err := filepath.Rel(j.workspace, path)
	if err == nil && rel != "." && filepath.IsLocal(rel) {
		j.prefix = filepath.ToSlash(rel)
	}
}

// inWorkspace returns the path of a report relative to the workspace; nothing
// is written elsewhere, since later steps see only the workspace.
func (j job) inWorkspace(path string) (string, error) {
	rel := path
	if filepath.IsAbs(path) {
		var err error
		if rel, err = filepath.Rel(j.workspace, path); err != nil {
			return "", &flagError{fmt.Errorf("input sarif: %w", err)}
		}
	}
	rel = filepath.Clean(rel)
	if !filepath.IsLocal(rel) || rel == "." || strings.HasSuffix(path, "/") {
		return "", &flagError{fmt.Errorf("input sarif: %q is no file in the workspace: write %s", path, defaultSARIF)}
	}
	return rel, nil
}
