package policy

import (
	"slices"
	"time"

	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// Judge applies the policy to the findings of a project and returns the
// verdict. It is the only way to make one.
func Judge(p *Policy, findings []rule.Finding, project *facts.Project, now time.Time) Verdict {
	v := Verdict{judged: true, pass: true, digest: p.Digest, notAnalysed: slices.Clone(project.NotAnalysed), unsignable: unsignable(project)}
	prints, s := fingerprints(findings), p.silencer(project, now)
	for i, f := range findings {
		j := Judged{Finding: f, Fingerprint: prints[i], Status: Open}
		s.silence(&j)
		j.Blocking = j.Status == Open && !p.Never && f.Severity >= p.FailOn
		v.pass = v.pass && !j.Blocking
		v.findings = append(v.findings, j)
	}
	for _, img := range project.Images {
		v.subjects = append(v.subjects, img.Resolved)
	}
	return v
}

// silencer holds the ignores and waivers that count today, the ignores by the
// path of their file.
type silencer struct {
	ignores map[string][]source.Ignore
	waivers []source.Waiver
}

func (p *Policy) silencer(project *facts.Project, now time.Time) silencer {
	s := silencer{ignores: map[string][]source.Ignore{}}
	for _, ig := range project.Ignores {
		if path := ig.At.Path(); rule.Counts(ig, now) {
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

// silence marks a finding that an ignore or a waiver speaks of. What judges the
// ignores themselves cannot be ignored in place.
func (s silencer) silence(j *Judged) {
	for _, ig := range s.ignores[j.At.Path()] {
		if j.IgnoredBy(ig) {
			j.Status, j.WaiverReason = Ignored, ig.Reason
			return
		}
	}
	for _, w := range s.waivers {
		if j.WaivedBy(w) {
			j.Status, j.WaiverReason, j.WaiverOwner = Waived, w.Reason, w.Owner
			return
		}
	}
}
