package dockerfile

import (
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// hereText is the body of a here-document; with <<- its leading tabs are gone.
type hereText struct {
	name string
	body text
}

// hereTexts cuts the here-documents of an instruction out of the file.
func (r *reader) hereTexts(node *parser.Node) []hereText {
	if len(node.Heredocs) == 0 {
		return nil
	}
	_, line := joinLines(r.src, node.StartLine, r.escape)
	var out []hereText
	for _, doc := range node.Heredocs {
		b := builder{text: text{file: r.src}}
		n := strings.Count(doc.Content, "\n")
		anchor := r.src.PosAt(line, 1).Offset
		for range n {
			p := physicalLine(r.src, r.src.PosAt(line, 1).Offset)
			from := p.start
			if doc.Chomp {
				from += len(r.src.Text[p.start:p.end]) - len(strings.TrimLeft(r.src.Text[p.start:p.end], "\t"))
			}
			b.add(from, p.end)
			b.add(p.next-1, p.next) // the line feed, without the carriage return
			line++
		}
		line++ // the terminator
		if len(b.pieces) == 0 {
			b.addAs("", anchor, 0)
		}
		out = append(out, hereText{name: doc.Name, body: b.done()})
	}
	return out
}
