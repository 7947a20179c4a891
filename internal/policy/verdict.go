package policy

import (
	"encoding/json"
	"iter"
	"slices"
	"time"

	"github.com/tidewaiter/tidewaiter/internal/registry"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// Status says what the policy made of a finding.
type Status string

// The statuses.
const (
	Open    Status = "open"    // counts
	Waived  Status = "waived"  // by a waiver of tidewaiter.yaml
	Ignored Status = "ignored" // by a comment or annotation in place
	// Baselined findings are in the reviewed file of what was there when the gate came.
	Baselined Status = "baseline"
)

// Judged is a finding with what the policy made of it.
type Judged struct {
	rule.Finding
	Fingerprint string
	Status      Status
	// Blocking is true where the finding alone makes the verdict fail.
	Blocking bool
	// Existing is true where the finding was there before the change that is judged.
	Existing bool
	// SilencedNow is true where an ignore in place that the change brings silences it.
	SilencedNow bool
	// Refused is the reason that an ignore in place gives which does not count, ""
	// where there is none.
	Refused string
	// WaiverReason and WaiverOwner are those of the waiver or ignore that applies.
	WaiverReason, WaiverOwner string
	// Until is the last day of that waiver or ignore, the zero time where it has none.
	Until time.Time
}

// Verdict is a decision about a project and its images. It has no exported
// fields, no decoder and one constructor, Judge, so that a verdict that nobody
// reached cannot be expressed.
type Verdict struct {
	judged      bool
	pass        bool
	findings    []Judged
	notAnalysed []source.NotAnalysed
	unsignable  []string
	subjects    []registry.Resolved
	// platforms are the digests of the images of subjects that are indexes.
	platforms map[string]bool
	digest    string
	record    Record
	stale     int
}

// IsZero reports whether v was never reached by Judge.
func (v Verdict) IsZero() bool { return !v.judged }

// Passed reports whether nothing blocks.
func (v Verdict) Passed() bool { return v.judged && v.pass }

// Findings returns all findings with their status.
func (v Verdict) Findings() []Judged { return slices.Clone(v.findings) }

// Len is how many findings there are.
func (v Verdict) Len() int { return len(v.findings) }

// All iterates the findings with their status, without a copy of them all.
func (v Verdict) All() iter.Seq2[int, Judged] { return slices.All(v.findings) }

// NotAnalysed returns what could not be judged.
func (v Verdict) NotAnalysed() []source.NotAnalysed { return slices.Clone(v.notAnalysed) }

// Subjects returns the images that were judged.
func (v Verdict) Subjects() []registry.Resolved { return slices.Clone(v.subjects) }

// PolicyDigest is "sha256:…" over the policy that decided.
func (v Verdict) PolicyDigest() string { return v.digest }

// StaleBaseline is how many lines of the baseline match no finding.
func (v Verdict) StaleBaseline() int { return v.stale }

// Covers reports whether the verdict passed and speaks of exactly the content
// at: by digest, as a whole or as one platform of an index, or, for an image judged before a push that compresses it, by
// the digest of its configuration, which names the uncompressed layers.
func (v Verdict) Covers(at registry.Resolved) bool {
	if !v.Passed() {
		return false
	}
	if v.platforms[at.Digest] {
		return true
	}
	for _, s := range v.subjects {
		if s.Digest == at.Digest {
			return true
		}
		if s.Repo == "" {
			if c := configDigest(s.Raw); c != "" && c == configDigest(at.Raw) {
				return true
			}
		}
	}
	return false
}

// configDigest returns config.digest of an image manifest, "" for anything else.
func configDigest(raw []byte) string {
	var m struct {
		Config struct {
			Digest string `json:"digest"`
		} `json:"config"`
	}
	if json.Unmarshal(raw, &m) != nil {
		return ""
	}
	return m.Config.Digest
}
