package licence

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/github/go-spdx/v2/spdxexp"
)

// Expression is a licence expression: a licence, or several joined by AND or OR.
// See https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/.
type Expression struct {
	// ID is the licence of a leaf, with "WITH exception" where there is one.
	ID string
	// All is true where all parts hold (AND), false where one may be chosen (OR).
	All   bool
	Parts []*Expression
}

// Parse reads an SPDX expression. A name that is not on SPDX's list is an error.
func Parse(text string) (*Expression, error) {
	if len(text) > MaxBytes {
		return nil, fmt.Errorf("the expression has %d bytes, over the limit of %d", len(text), MaxBytes)
	}
	p := parser{words: strings.Fields(strings.NewReplacer("(", " ( ", ")", " ) ").Replace(text))}
	e, err := p.either(0)
	if err == nil && len(p.words) > 0 {
		err = fmt.Errorf("%q stands where an operator is expected", p.words[0])
	}
	if err != nil {
		return nil, err
	}
	return e, nil
}

type parser struct{ words []string }

// next takes the next word if it is the one wanted, in any case.
func (p *parser) next(word string) bool {
	if len(p.words) == 0 || !strings.EqualFold(p.words[0], word) {
		return false
	}
	p.words = p.words[1:]
	return true
}

func (p *parser) either(depth int) (*Expression, error) { return p.list("OR", depth, p.both) }
func (p *parser) both(depth int) (*Expression, error)   { return p.list("AND", depth, p.one) }

func (p *parser) list(operator string, depth int, part func(int) (*Expression, error)) (*Expression, error) {
	first, err := part(depth)
	if err != nil {
		return nil, err
	}
	out := &Expression{All: operator == "AND", Parts: []*Expression{first}}
	for p.next(operator) {
		more, err := part(depth)
		if err != nil {
			return nil, err
		}
		out.Parts = append(out.Parts, more)
	}
	if len(out.Parts) == 1 {
		return first, nil
	}
	return out, nil
}

func (p *parser) one(depth int) (*Expression, error) {
	if depth > MaxDepth {
		return nil, fmt.Errorf("its parentheses nest deeper than the limit of %d", MaxDepth)
	}
	if p.next("(") {
		e, err := p.either(depth + 1)
		if err == nil && !p.next(")") {
			err = errors.New("a parenthesis is not closed")
		}
		return e, err
	}
	if len(p.words) == 0 {
		return nil, errors.New("a licence is missing at its end")
	}
	id := p.words[0]
	p.words = p.words[1:]
	if p.next("WITH") {
		if len(p.words) == 0 {
			return nil, errors.New("an exception is missing after WITH")
		}
		id += " WITH " + p.words[0]
		p.words = p.words[1:]
	}
	good, _ := spdxexp.ValidateAndNormalizeLicensesWithOptions([]string{id}, spdxexp.ValidateLicensesOptions{})
	if len(good) != 1 {
		return nil, fmt.Errorf("%q is not on SPDX's list of licences", id)
	}
	return &Expression{ID: good[0]}, nil
}

// String writes the expression as SPDX does.
func (e *Expression) String() string {
	if e.ID != "" {
		return e.ID
	}
	operator := " OR "
	if e.All {
		operator = " AND "
	}
	words := make([]string, len(e.Parts))
	for i, part := range e.Parts {
		if words[i] = part.String(); part.ID == "" {
			words[i] = "(" + words[i] + ")"
		}
	}
	return strings.Join(words, operator)
}

// Satisfied reports whether the list has enough of the licences: all that are joined
// by AND, one of those joined by OR. "GPL-2.0-or-later" in the list stands for the
// later versions too.
func (e *Expression) Satisfied(list []string) bool {
	switch {
	case len(list) == 0:
		return false
	case e.ID != "":
		ok, err := spdxexp.Satisfies(e.ID, list)
		return err == nil && ok
	case e.All:
		return !slices.ContainsFunc(e.Parts, func(p *Expression) bool { return !p.Satisfied(list) })
	}
	return slices.ContainsFunc(e.Parts, func(p *Expression) bool { return p.Satisfied(list) })
}

// Unavoidable returns the licences of the list that nobody can choose to do without:
// one of those joined by AND, all of those joined by OR.
func (e *Expression) Unavoidable(list []string) []string {
	if e.ID != "" {
		if e.Satisfied(list) {
			return []string{e.ID}
		}
		return nil
	}
	var out []string
	for _, p := range e.Parts {
		found := p.Unavoidable(list)
		if len(found) == 0 && !e.All {
			return nil
		}
		out = append(out, found...)
	}
	return out
}
