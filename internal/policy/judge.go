package policy

import (
	"slices"
	"time"

	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// Judge applies the policy to the findings of a project and returns the
// verdict: with JudgeChange, the only way to make one.
func Judge(p *Policy, findings []rule.Finding, project *facts.Project, now time.Time) Verdict {
	return JudgeChange(p, findings, project, now, nil)
}

// JudgeChange is Judge by what stood before the change that is judged: what was
// there blocks nothing.
func JudgeChange(p *Policy, findings []rule.Finding, project *facts.Project, now time.Time, past *Past) Verdict {
	v := Verdict{judged: true, pass: true, digest: p.Digest, notAnalysed: slices.Clone(project.NotAnalysed), unsignable: unsignable(project), platforms: map[string]bool{}}
	prints, s := fingerprints(findings), p.silencer(project, now)
	v.findings = make([]Judged, len(findings))
	for i := range findings {
		j := &v.findings[i]
		j.Finding, j.Fingerprint, j.Status = findings[i], prints[i], Open
		past.apply(i, j, s.silence(j))
		j.Existing = past.existing(i)
	}
	v.stale = p.Baseline.accept(v.findings, project)
	for i := range v.findings {
		j := &v.findings[i]
		j.Blocking = j.Status == Open && !j.Existing && p.blocks(&j.Finding)
		v.pass = v.pass && !j.Blocking
	}
	for _, img := range project.Images {
		v.subjects = append(v.subjects, img.Resolved)
		for _, platform := range img.Platforms {
			if platform.Digest != "" {
				v.platforms[platform.Digest] = true
			}
		}
	}
	v.record = p.record(v, project, now)
	return v
}

// blocks reports whether a finding that nothing silences makes the verdict fail.
// Hadolint's failure threshold decides for what hadolint finds too, where neither
// a flag nor tidewaiter.yaml says what blocks.
func (p *Policy) blocks(f *rule.Finding) bool {
	if h := p.Hadolint; !p.stated && (h.Never || h.FailOn != rule.Unset) && finds(*f) {
		return !h.Never && f.Severity >= h.FailOn
	}
	return !p.Never && f.Severity >= p.FailOn
}

// silencer holds the ignores and waivers that count today, the ignores by the
// path of their file, those for many files under "".
type silencer struct {
	ignores map[string][]source.Ignore
	waivers []source.Waiver
}

func (p *Policy) silencer(project *facts.Project, now time.Time) silencer {
	s := silencer{ignores: map[string][]source.Ignore{}}
	for _, ig := range project.Ignores {
		path := ig.At.Path()
		if ig.Files != "" {
			path = ""
		} else if ig.Foreign == "hadolint" && p.Hadolint.NoComments {
			continue
		}
		if rule.Counts(ig, now) {
			s.ignores[path] = append(s.ignores[path], ig)
		}
	}
	for _, w := range p.Waivers {
		if !w.Expired(now) {
			s.waivers = append(s.waivers, w)
		}
	}
	return s
}

// silence marks a finding that an ignore or a waiver speaks of, and reports whether
// that stands in the finding's own file. What judges the ignores themselves cannot
// be ignored in place.
func (s silencer) silence(j *Judged) (inPlace bool) {
	for _, path := range []string{j.At.Path(), ""} {
		for _, ig := range s.ignores[path] {
			if j.IgnoredBy(ig) {
				j.Status, j.WaiverReason, j.Until = Ignored, ig.Reason, ig.Until
				return ig.Files == ""
			}
		}
	}
	for _, w := range s.waivers {
		if j.WaivedBy(w) {
			j.Status, j.WaiverReason, j.WaiverOwner, j.Until = Waived, w.Reason, w.Owner, w.Expires
			return false
		}
	}
	return false
}
