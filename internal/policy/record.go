package policy

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/tidewaiter/tidewaiter/internal/advisory"
	"github.com/tidewaiter/tidewaiter/internal/facts"
)

// Record is by what a verdict was reached and what it rests on: what a signed
// statement tells others. It is plain data and proves nothing by itself.
type Record struct {
	// At is when it was judged.
	At time.Time
	// PolicyDigest is "sha256:…" of the policy, PolicyPath the file it stands in,
	// "" for the built-in one.
	PolicyDigest, PolicyPath string
	Advisories               advisory.Info
	// Have says what there was to judge; Rules how many rules ran.
	Have  facts.Have
	Rules int
	// FailOn is the severity that blocks, or "never".
	FailOn string
	// Open counts the findings that neither a waiver nor an ignore silences, by
	// world and severity.
	Open map[World]map[string]int
	// Waived are the findings that are silenced, sorted, each once.
	Waived []WaivedFinding
}

// World is what a finding is about.
type World string

// The worlds.
const (
	WorldDockerfile World = "dockerfile"
	WorldManifests  World = "manifests"
	WorldImage      World = "image"
	WorldProject    World = "project" // everything else, joins of worlds too
)

// WaivedFinding is one accepted risk.
type WaivedFinding struct {
	// Rule is the rule's ID; Subject what it is about, "" where that is a line.
	Rule, Subject string
	// Until is the last day on which it is accepted, the zero time for no end.
	Until time.Time
}

// Expired reports whether the last day is over.
func (w WaivedFinding) Expired(now time.Time) bool {
	return !w.Until.IsZero() && !now.Before(w.Until.AddDate(0, 0, 1))
}

// Record returns what the verdict rests on.
func (v Verdict) Record() Record { return v.record }

func (p *Policy) record(v Verdict, project *facts.Project, now time.Time) Record {
	r := Record{At: now, PolicyDigest: p.Digest, PolicyPath: p.Path, Advisories: project.Advisories, Have: project.Have,
		Rules: len(p.Rules), FailOn: p.FailOn.String(), Open: map[World]map[string]int{}}
	if p.Never {
		r.FailOn = "never"
	}
	seen := map[WaivedFinding]bool{}
	for i := range v.findings {
		f := &v.findings[i]
		if f.Status == Open {
			w := worldOf(f.Rule.ID)
			if r.Open[w] == nil {
				r.Open[w] = map[string]int{}
			}
			r.Open[w][f.Severity.String()]++
			continue
		}
		if one := (WaivedFinding{f.Rule.ID, f.Subject, f.Until}); !seen[one] {
			seen[one] = true
			r.Waived = append(r.Waived, one)
		}
	}
	slices.SortFunc(r.Waived, func(a, b WaivedFinding) int {
		return cmp.Or(strings.Compare(a.Rule, b.Rule), strings.Compare(a.Subject, b.Subject), a.Until.Compare(b.Until))
	})
	return r
}

// worldOf tells the world by the letter of a rule's ID.
func worldOf(id string) World {
	switch {
	case strings.HasPrefix(id, "TW-D"):
		return WorldDockerfile
	case strings.HasPrefix(id, "TW-K"):
		return WorldManifests
	case strings.HasPrefix(id, "TW-I"):
		return WorldImage
	}
	return WorldProject
}
