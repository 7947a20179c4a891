package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
)

// sources are the parsed API packages of one release by their import path.
type sources struct{ packages map[string]*pkg }

// pkg is one API package: one version of one group.
type pkg struct {
	path, group, version string
	types                map[string]*typeDecl
	// consts are the values of typed string constants by their type.
	consts map[string][]string
	// open are types with constants whose values stand elsewhere.
	open map[string]bool
	// kinds are the registered types.
	kinds []string
	// life holds what zz_generated.prerelease-lifecycle.go says of a type.
	life map[string]*lifecycle
}

// typeDecl is a type with the imports of its file.
type typeDecl struct {
	spec    *ast.TypeSpec
	enum    bool
	imports map[string]string
}

// lifecycle is the minor versions in which a kind came, was deprecated and
// went, 0 for never, and what serves it instead: "batch/v1 CronJob".
type lifecycle struct {
	introduced, deprecated, removed int
	replacement                     string
}

// parse adds the package in a folder.
func (s *sources) parse(path, dir string) error {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return err
	}
	p := &pkg{path: path, types: map[string]*typeDecl{}, consts: map[string][]string{}, open: map[string]bool{}, life: map[string]*lifecycle{}}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, ".pb.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		p.addFile(f)
	}
	s.packages[path] = p
	return nil
}

func (p *pkg) addFile(f *ast.File) {
	imports := map[string]string{}
	for _, im := range f.Imports {
		path, _ := strconv.Unquote(im.Path.Value)
		name := path[strings.LastIndexByte(path, '/')+1:]
		if im.Name != nil {
			name = im.Name.Name
		}
		imports[name] = path
	}
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.GenDecl:
			p.addDecl(d, imports)
		case *ast.FuncDecl:
			p.addFunc(d)
		}
	}
}

func (p *pkg) addDecl(d *ast.GenDecl, imports map[string]string) {
	for _, s := range d.Specs {
		switch s := s.(type) {
		case *ast.TypeSpec:
			doc := s.Doc
			if doc == nil {
				doc = d.Doc
			}
			p.types[s.Name.Name] = &typeDecl{spec: s, enum: hasMarker(doc, "enum"), imports: imports}
		case *ast.ValueSpec:
			p.addValue(s)
		}
	}
}

// addValue notes GroupName, SchemeGroupVersion and the constants of enums.
func (p *pkg) addValue(s *ast.ValueSpec) {
	for i, value := range s.Values {
		switch v := value.(type) {
		case *ast.BasicLit:
			if text, ok := stringOf(v); ok && s.Names[i].Name == "GroupName" {
				p.group = text
			} else if t, typed := s.Type.(*ast.Ident); ok && typed {
				p.consts[t.Name] = append(p.consts[t.Name], text)
			}
		case *ast.CallExpr: // const A = Type("value")
			if t, ok := v.Fun.(*ast.Ident); ok && len(v.Args) == 1 {
				text, ok := stringOf(v.Args[0])
				p.consts[t.Name] = append(p.consts[t.Name], text)
				p.open[t.Name] = p.open[t.Name] || !ok
			}
		case *ast.CompositeLit:
			if s.Names[i].Name == "SchemeGroupVersion" {
				p.version = literal(v, "Version")
			}
		}
	}
}

// stringOf returns the value of a string literal.
func stringOf(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(lit.Value)
	return text, err == nil
}

// literal returns a string field of a composite literal.
func literal(c *ast.CompositeLit, key string) string {
	for _, e := range c.Elts {
		kv, ok := e.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		if k, ok := kv.Key.(*ast.Ident); !ok || k.Name != key {
			continue
		}
		text, _ := stringOf(kv.Value)
		return text
	}
	return ""
}

// addFunc reads AddKnownTypes calls and the lifecycle functions.
func (p *pkg) addFunc(d *ast.FuncDecl) {
	if rest, ok := strings.CutPrefix(d.Name.Name, "APILifecycle"); ok && d.Recv != nil && d.Body != nil {
		p.addLifecycle(d, rest)
		return
	}
	ast.Inspect(d, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		if sel, ok := call.Fun.(*ast.SelectorExpr); !ok || sel.Sel.Name != "AddKnownTypes" || len(call.Args) == 0 {
			return true
		}
		if gv, ok := call.Args[0].(*ast.Ident); !ok || gv.Name != "SchemeGroupVersion" {
			return true
		}
		for _, arg := range call.Args[1:] {
			if ref, ok := arg.(*ast.UnaryExpr); ok {
				if lit, ok := ref.X.(*ast.CompositeLit); ok {
					if t, ok := lit.Type.(*ast.Ident); ok {
						p.kinds = append(p.kinds, t.Name)
					}
				}
			}
		}
		return true
	})
}

func (p *pkg) addLifecycle(d *ast.FuncDecl, what string) {
	star, ok := d.Recv.List[0].Type.(*ast.StarExpr)
	if !ok {
		return
	}
	name := star.X.(*ast.Ident).Name
	l := p.life[name]
	if l == nil {
		l = &lifecycle{}
		p.life[name] = l
	}
	ret, ok := d.Body.List[0].(*ast.ReturnStmt)
	if !ok {
		return
	}
	if what == "Replacement" {
		if c, ok := ret.Results[0].(*ast.CompositeLit); ok {
			l.replacement = strings.TrimPrefix(literal(c, "Group")+"/"+literal(c, "Version"), "/") + " " + literal(c, "Kind")
		}
		return
	}
	minor := 0
	if lit, ok := ret.Results[1].(*ast.BasicLit); ok {
		_, _ = fmt.Sscan(lit.Value, &minor)
	}
	switch what {
	case "Introduced":
		l.introduced = minor
	case "Deprecated":
		l.deprecated = minor
	case "Removed":
		l.removed = minor
	}
}

// markers returns the values of a marker comment such as "+listMapKey=name".
func markers(doc *ast.CommentGroup, name string) []string {
	if doc == nil {
		return nil
	}
	var out []string
	for _, c := range doc.List {
		text := strings.TrimSpace(strings.TrimPrefix(c.Text, "//"))
		if text == "+"+name {
			out = append(out, "")
		} else if value, ok := strings.CutPrefix(text, "+"+name+"="); ok {
			out = append(out, value)
		}
	}
	return out
}

func hasMarker(doc *ast.CommentGroup, name string) bool { return len(markers(doc, name)) > 0 }
