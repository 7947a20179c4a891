package report

import (
	"encoding/xml"
	"io"

	"github.com/tidewaiter/tidewaiter/internal/gate"
)

// JUnit's XML as CI systems read it: a suite for each file, a case for each
// finding. What blocks is a failure, what is waived is skipped, the rest passes
// with its text. https://github.com/testmoapp/junitxml
type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Skipped  int          `xml:"skipped,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Class   string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
	File    string        `xml:"file,attr,omitempty"`
	Line    int           `xml:"line,attr,omitempty"`
	Failure *junitMessage `xml:"failure"`
	Error   *junitMessage `xml:"error"`
	Skipped *junitMessage `xml:"skipped"`
	Out     string        `xml:"system-out,omitempty"`
}

type junitMessage struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",chardata"`
}

// writeJUnit writes JUnit's XML.
func writeJUnit(w io.Writer, r *gate.Result, _ Options) error {
	all := junitSuites{Name: "tidewaiter"}
	at := map[string]int{}
	suite := func(name string) *junitSuite {
		i, ok := at[name]
		if !ok {
			i = len(all.Suites)
			at[name] = i
			all.Suites = append(all.Suites, junitSuite{Name: name})
		}
		return &all.Suites[i]
	}
	for _, f := range r.Findings {
		name := f.Path
		if name == "" {
			name = about(f)
		}
		suite(line(name)).add(newJUnitCase(f))
	}
	for _, n := range r.NotAnalysed {
		suite("not analysed").add(junitCase{
			Class: "not-analysed", Name: position(n.Path, n.Line, 0), Skipped: &junitMessage{Message: line(n.Reason)},
		})
	}
	last := junitCase{Class: "tidewaiter", Name: "verdict", Out: verdict(r)}
	if r.Result == "error" {
		last.Error, last.Out = &junitMessage{Message: verdict(r)}, ""
	}
	suite("verdict").add(last)
	for _, s := range all.Suites {
		all.Tests += s.Tests
		all.Failures += s.Failures
		all.Errors += s.Errors
		all.Skipped += s.Skipped
	}
	data, err := xml.MarshalIndent(all, "", "  ")
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, xml.Header+withoutCommands(string(data))+"\n")
	return err
}

func (s *junitSuite) add(c junitCase) {
	s.Tests++
	switch {
	case c.Failure != nil:
		s.Failures++
	case c.Error != nil:
		s.Errors++
	case c.Skipped != nil:
		s.Skipped++
	}
	s.Cases = append(s.Cases, c)
}

func newJUnitCase(f gate.Finding) junitCase {
	place := about(f)
	if f.Path != "" {
		place = position(f.Path, f.Line, f.Column)
	}
	text := line(place) + " " + line(f.Severity) + " " + line(f.Message)
	if title := fixTitle(f); title != "" {
		text += "\nFix: " + line(title)
	}
	c := junitCase{Class: line(f.Rule), Name: line(ruleName(f)) + " " + line(place), File: line(f.Path), Line: f.Line}
	switch {
	case f.Status != "open":
		c.Skipped = &junitMessage{Message: line(f.Status + ": " + f.WaiverReason)}
	case f.Blocking:
		c.Failure = &junitMessage{Message: line(f.Message), Type: line(f.Severity), Text: text}
	default:
		c.Out = text
	}
	return c
}
