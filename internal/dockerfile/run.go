package dockerfile

import "github.com/moby/buildkit/frontend/dockerfile/parser"

func (r *reader) run(in *Instruction, node *parser.Node) {}
