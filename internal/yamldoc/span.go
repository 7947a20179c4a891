package yamldoc

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/source"
	"go.yaml.in/yaml/v3"
)

// Span returns the place of a node: for a scalar its whole token with quotes,
// anchor and tag left out, for a map or list from its first token to the end of
// its last scalar. It is the zero Span for a node without a place.
func (d *Document) Span(n *yaml.Node) source.Span {
	if n == nil || n.Line < 1 {
		return source.Span{}
	}
	start := d.offset(n.Line, n.Column)
	if n.Kind != yaml.ScalarNode && n.Kind != yaml.AliasNode {
		return d.File.Span(start, max(start, d.end(n)))
	}
	start = d.skipProperties(start)
	return d.File.Span(start, d.scalarEnd(n, start))
}

// Offset returns the byte offset of a line and column of this document's nodes.
func (d *Document) offset(line, column int) int { return d.lines.offset(d.File, line, column) }

// end returns the offset after the last scalar of a node.
func (d *Document) end(n *yaml.Node) int {
	if n.Line < 1 {
		return 0
	}
	if len(n.Content) == 0 {
		return d.Span(&yaml.Node{Kind: yaml.ScalarNode, Line: n.Line, Column: n.Column, Value: n.Value, Style: n.Style}).End.Offset
	}
	return max(d.end(n.Content[len(n.Content)-1]), d.offset(n.Line, n.Column))
}

// LastLine returns the file's line on which a node ends.
func (d *Document) LastLine(n *yaml.Node) int {
	return d.File.Pos(max(d.end(n)-1, 0)).Line
}

// skipProperties moves over an anchor and a tag to the scalar itself.
func (d *Document) skipProperties(at int) int {
	text := d.File.Text
	for at < len(text) && (text[at] == '&' || text[at] == '!') {
		stop := strings.IndexAny(text[at:], " \t\r\n,]}")
		if stop < 0 {
			return at
		}
		next := at + stop
		for next < len(text) && (text[next] == ' ' || text[next] == '\t') {
			next++
		}
		if next == len(text) || text[next] == '\n' || text[next] == '\r' {
			return at // the value is empty or stands on a later line: keep to the property
		}
		at = next
	}
	return at
}

func (d *Document) scalarEnd(n *yaml.Node, start int) int {
	text := d.File.Text
	switch {
	case start >= len(text):
		return start
	case text[start] == '"' || text[start] == '\'':
		return closingQuote(text, start)
	case (text[start] == '|' || text[start] == '>') && n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		return blockEnd(text, start)
	case n.Kind == yaml.AliasNode:
		return start + 1 + len(n.Value)
	case n.Value != "" && strings.HasPrefix(text[start:], n.Value):
		return start + len(n.Value)
	case n.Value == "":
		return start
	}
	// A plain scalar over several lines: its first line is its place.
	line, _, _ := strings.Cut(text[start:], "\n")
	if i := strings.Index(line, " #"); i >= 0 {
		line = line[:i]
	}
	return start + len(strings.TrimRight(line, " \t\r"))
}

func closingQuote(text string, start int) int {
	quote := text[start]
	for i := start + 1; i < len(text); i++ {
		switch {
		case quote == '"' && text[i] == '\\':
			i++
		case text[i] == quote && quote == '\'' && i+1 < len(text) && text[i+1] == '\'':
			i++
		case text[i] == quote:
			return i + 1
		}
	}
	return len(text)
}

// blockEnd returns the end of a block scalar whose header starts at an offset:
// all lines that follow with at least the indentation of the first one.
func blockEnd(text string, start int) int {
	lineStart := strings.LastIndexByte(text[:start], '\n') + 1
	own := indentation(text[lineStart:])
	next := strings.IndexByte(text[start:], '\n')
	if next < 0 {
		return len(text)
	}
	end, indent := start+len(strings.TrimRight(text[start:start+next], " \t\r")), -1
	for at := start + next + 1; at < len(text); {
		stop := strings.IndexByte(text[at:], '\n')
		if stop < 0 {
			stop = len(text) - at
		}
		line := strings.TrimRight(text[at:at+stop], " \t\r")
		if line != "" {
			got := indentation(line)
			if indent < 0 {
				indent = got
			}
			if got < indent || got <= own && lineStart != start {
				break
			}
			end = at + len(line)
		}
		at += stop + 1
	}
	return end
}

func indentation(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }
