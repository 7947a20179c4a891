package report

// paint says whether text may have colours. The codes are ours alone: those in
// untrusted text are escaped before they get here.
type paint bool

func (p paint) with(sgr, s string) string {
	if !p || s == "" {
		return s
	}
	return "\x1b[" + sgr + "m" + s + "\x1b[0m"
}

func (p paint) bold(s string) string  { return p.with("1", s) }
func (p paint) dim(s string) string   { return p.with("2", s) }
func (p paint) label(s string) string { return p.with("36", s) }
func (p paint) caret(s string) string { return p.with("31", s) }

// severity colours a severity by its name.
func (p paint) severity(name string) string {
	switch name {
	case "critical":
		return p.with("1;35", name)
	case "high":
		return p.with("1;31", name)
	case "medium":
		return p.with("33", name)
	case "low":
		return p.with("34", name)
	}
	return p.dim(name)
}

// verdict colours the last line by the outcome.
func (p paint) verdict(result, s string) string {
	if result == "pass" {
		return p.with("1;32", s)
	}
	return p.with("1;31", s)
}
