package admission

// answer is yes, no, or not to be known here.
type answer int

const (
	no answer = iota
	unknown
	yes
)

func isTrue(b bool) answer {
	if b {
		return yes
	}
	return no
}

// and is the answer to both questions: one no is enough.
func (a answer) and(b answer) answer { return min(a, b) }

func (a answer) not() answer { return yes - a }
