package policy

// Past tells of each finding, by its index, what stood before the change that is
// judged. The nil *Past is for a state that is judged whole.
type Past struct {
	// Existing is true where the finding was there before and no less severe: it
	// blocks nothing.
	Existing []bool
	// Silenced is true where a comment or annotation in place silenced it before.
	Silenced []bool
	// Refuse is true where an ignore that the change brings must not count, since
	// nobody with rights to the repository has written it.
	Refuse bool
}

// existing reports whether a finding was there before.
func (p *Past) existing(i int) bool { return p != nil && i < len(p.Existing) && p.Existing[i] }

// apply says of an ignored finding whether the change silences it, and takes the
// silence back where such an ignore must not count. Only what stands in the files
// that the change edits is the change's: the policy's own files are not.
func (p *Past) apply(i int, j *Judged, inPlace bool) {
	if p == nil || !inPlace || j.Status != Ignored {
		return
	}
	before := i < len(p.Silenced) && p.Silenced[i]
	if !before && p.Refuse {
		j.Refused, j.Status = j.WaiverReason, Open
		if j.Refused == "" {
			j.Refused = "no reason given"
		}
		j.WaiverReason = ""
		return
	}
	j.SilencedNow = !before
}
