package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/gate"
)

// maxEvent bounds the event's file, in bytes.
const maxEvent = 32 << 20

// event is what of the webhook payload says where a change comes from.
// https://docs.github.com/en/webhooks/webhook-events-and-payloads
type event struct {
	Number      int    `json:"number"`
	Before      string `json:"before"`
	Ref         string `json:"ref"`
	PullRequest struct {
		Base side `json:"base"`
		Head side `json:"head"`
	} `json:"pull_request"`
	MergeGroup struct {
		BaseSHA string `json:"base_sha"`
	} `json:"merge_group"`
}

type side struct {
	SHA        string `json:"sha"`
	Repository *struct {
		FullName string `json:"full_name"`
	} `json:"repo"`
}

// readEvent reads the payload that the runner has written.
func readEvent(path string) (event, error) {
	var e event
	f, err := os.Open(path)
	if err != nil {
		return e, fmt.Errorf("GITHUB_EVENT_PATH: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxEvent+1))
	if err == nil && len(data) > maxEvent {
		err = fmt.Errorf("larger than the limit of %d bytes", maxEvent)
	}
	if err == nil {
		err = json.Unmarshal(data, &e)
	}
	if err != nil {
		return e, fmt.Errorf("the event %s: %w", path, err)
	}
	return e, nil
}

// comparison says what the change of an event is compared with: a pull request and
// a merge group with their base, which governs; a push to a branch with what stood
// there. nil judges everything: tags, releases, schedules, whatever is signed, and
// a new branch. Where the event cannot be read, nothing is known of the change, and
// it is taken for one from a fork.
func (j job) comparison(name string, e event, unread error) *gate.Comparison {
	c := &gate.Comparison{Lenient: true}
	switch name {
	case "pull_request", "pull_request_target":
		c.Since, c.Governed, c.Fork = e.PullRequest.Base.SHA, true, unread != nil || e.fork()
	case "merge_group":
		c.Since, c.Governed = e.MergeGroup.BaseSHA, true
	case "push":
		if c.Since = e.Before; unread != nil || !strings.HasPrefix(e.Ref, "refs/heads/") || strings.Trim(e.Before, "0") == "" {
			return nil
		}
	default:
		return nil
	}
	if !commitID.MatchString(c.Since) {
		c.Since = "the base commit" // of which the event says nothing
	}
	return c
}

// fork reports whether a pull request comes from another repository than its base,
// or from one that is gone.
func (e event) fork() bool {
	base, head := e.PullRequest.Base.Repository, e.PullRequest.Head.Repository
	return base == nil || head == nil || base.FullName == "" || !strings.EqualFold(base.FullName, head.FullName)
}
