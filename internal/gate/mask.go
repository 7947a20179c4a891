package gate

import "github.com/tidewaiter/tidewaiter/internal/rules/credential"

// mask takes credentials out of the texts of a result, wherever a message quotes
// the file it speaks of. Rules hide what they find themselves; this is for the
// others: a parser's complaint, an address with a password, a rule that was not
// asked to look for secrets.
func (r *Result) mask() {
	for i := range r.Findings {
		f := &r.Findings[i]
		f.Message, f.Subject, f.Key = credential.Mask(f.Message), credential.Mask(f.Subject), credential.Mask(f.Key)
		f.WaiverReason, f.Refused = credential.Mask(f.WaiverReason), credential.Mask(f.Refused)
		for k := range f.Related {
			f.Related[k].Message = credential.Mask(f.Related[k].Message)
		}
		f.Fix.mask()
	}
	for i := range r.NotAnalysed {
		r.NotAnalysed[i].Reason = credential.Mask(r.NotAnalysed[i].Reason)
	}
	for i := range r.Inputs {
		in := &r.Inputs[i]
		in.Reference, in.Trigger = credential.Mask(in.Reference), credential.Mask(in.Trigger)
		if in.Base != nil {
			in.Base.Unknown = credential.Mask(in.Base.Unknown)
			in.Base.OnBuild = maskedList(in.Base.OnBuild)
		}
	}
	r.Error = credential.Mask(r.Error)
}

// mask drops the edits that would write a credential anew: with asterisks they
// would break the file.
func (f *Fix) mask() {
	if f == nil {
		return
	}
	f.Title = credential.Mask(f.Title)
	for _, e := range f.Edits {
		if credential.Mask(e.Text) != e.Text {
			f.Edits = []Edit{}
			return
		}
	}
}

// maskedList is a copy of a list with its credentials masked, nil for none.
func maskedList(in []string) []string {
	var out []string
	for _, s := range in {
		out = append(out, credential.Mask(s))
	}
	return out
}
