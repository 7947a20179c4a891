package policy

import (
	"slices"
	"time"

	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

// Judge applies the policy to the findings of a project and returns the
// verdict. It is the only way to make one.
func Judge(p *Policy, findings []rule.Finding, project *facts.Project, now time.Time) Verdict {
	v := Verdict{judged: true, pass: true, digest: p.Digest, notAnalysed: slices.Clone(project.NotAnalysed), unsignable: unsignable(project)}
	prints := fingerprints(findings)
	for i, f := range findings {
		j := Judged{Finding: f, Fingerprint: prints[i], Status: Open}
		p.silence(&j, project, now)
		j.Blocking = j.Status == Open && !p.Never && f.Severity >= p.FailOn
		v.pass = v.pass && !j.Blocking
		v.findings = append(v.findings, j)
	}
	for _, img := range project.Images {
		v.subjects = append(v.subjects, img.Resolved)
	}
	return v
}

// silence marks a finding that an ignore or a waiver speaks of. What judges the
// ignores themselves cannot be ignored in place.
func (p *Policy) silence(j *Judged, project *facts.Project, now time.Time) {
	for _, ig := range project.Ignores {
		if rule.Counts(ig, now) && j.IgnoredBy(ig) {
			j.Status, j.WaiverReason = Ignored, ig.Reason
			return
		}
	}
	for _, w := range p.Waivers {
		if !w.Expired(now) && j.WaivedBy(w) {
			j.Status, j.WaiverReason, j.WaiverOwner = Waived, w.Reason, w.Owner
			return
		}
	}
}
