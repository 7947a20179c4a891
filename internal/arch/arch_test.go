package arch_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/tidewaiter/tidewaiter/"

// order is the import order: a package imports only what stands in an earlier
// row; packages of one row never import each other. Tools that only build and
// test the product stand after it.
var order = [][]string{
	{"internal/product", "internal/spelling", "internal/lazyregexp", "internal/lifecycle", "internal/provenance"},
	{"internal/licence"},
	{"internal/source", "internal/revision", "internal/secret"},
	{"internal/yamldoc"},
	{"internal/registry"},
	{"internal/dockerfile", "internal/manifest", "internal/image"},
	{"internal/advisory", "internal/baseimage"},
	{"internal/facts"},
	{"internal/rule"},
	{"internal/rules", "internal/policy", "internal/compare"},
	{"internal/sign", "internal/fix"},
	{"internal/gate"},
	{"internal/github"},
	{"internal/report"},
	{"internal/cli"},
	{"cmd"},
	{"internal/arch", "internal/ruletest", "internal/gen", "e2e", "bench"},
}

// owners says which package alone imports a third-party path, tests apart; two
// share what each needs for itself.
var owners = map[string]string{
	"go.yaml.in/yaml":                         "internal/yamldoc",
	"github.com/google/go-containerregistry":  "internal/registry",
	"github.com/docker/cli":                   "internal/registry",
	"github.com/moby/buildkit":                "internal/dockerfile",
	"github.com/opencontainers/go-digest":     "internal/dockerfile",
	"github.com/opencontainers/image-spec":    "internal/dockerfile",
	"github.com/moby/patternmatcher":          "internal/dockerfile",
	"mvdan.cc/sh":                             "internal/dockerfile",
	"sigs.k8s.io/":                            "internal/manifest",
	"k8s.io/":                                 "internal/manifest",
	"k8s.io/apiserver":                        "internal/manifest/admission",
	"github.com/google/cel-go":                "internal/manifest/admission",
	"github.com/google/osv-scalibr/extractor": "internal/image",
	"github.com/google/osv-scalibr/semantic":  "internal/advisory",
	"github.com/zricethezav/gitleaks":         "internal/secret",
	"github.com/klauspost/compress/gzip":      "internal/image",
	"github.com/klauspost/compress/zstd":      "internal/image|internal/advisory",
	"github.com/sigstore/":                    "internal/sign",
	"google.golang.org/protobuf":              "internal/sign",
	"github.com/in-toto/":                     "internal/sign",
	"github.com/digitorus/timestamp":          "internal/sign",
	"github.com/secure-systems-lab/":          "internal/sign",
	"github.com/CycloneDX/cyclonedx-go":       "internal/report",
	"github.com/spdx/tools-golang":            "internal/report",
	"github.com/invopop/jsonschema":           "internal/gen",
	"github.com/GehirnInc/crypt":              "internal/image",
	"github.com/pandatix/go-cvss":             "internal/advisory",
	"github.com/github/go-spdx":               "internal/licence",
	"github.com/spf13/cobra":                  "internal/cli",
	"github.com/spf13/pflag":                  "internal/cli",
	"github.com/spf13/viper":                  "internal/secret",
	"github.com/go-git/":                      "internal/revision",
}

type goFile struct {
	path string // relative to the repository, with forward slashes
	dir  string
	test bool
	ast  *ast.File
	fset *token.FileSet
}

// files parses every Go file of the repository.
func files(t *testing.T) []goFile {
	t.Helper()
	var out []goFile
	root := "../.."
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() && p != root && (strings.HasPrefix(name, ".") || name == "testdata" || name == "node_modules") {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(name, ".go") {
			return nil
		}
		rel, err := filepath.Rel(root, p)
		if err != nil {
			return err
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, p, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		out = append(out, goFile{rel, path.Dir(rel), strings.HasSuffix(rel, "_test.go"), f, fset})
		return nil
	})
	require.NoError(t, err)
	require.Greater(t, len(out), 50, "the walk has lost the repository")
	return out
}

// row returns the place of a package in the order, and the entry it falls under.
func row(dir string) (int, string) {
	for i, r := range order {
		for _, name := range r {
			if dir == name || strings.HasPrefix(dir, name+"/") {
				return i, name
			}
		}
	}
	return -1, ""
}

func imports(f goFile) []string {
	var out []string
	for _, im := range f.ast.Imports {
		out = append(out, strings.Trim(im.Path.Value, `"`))
	}
	return out
}

func TestImportOrder(t *testing.T) {
	for _, f := range files(t) {
		from, fromName := row(f.dir)
		require.GreaterOrEqual(t, from, 0, "%s stands in no row of the order: add it to the drawing and the test", f.dir)
		if f.test {
			continue // tests may look to the right: examples need the whole world
		}
		for _, im := range imports(f) {
			rel, ok := strings.CutPrefix(im, module)
			if !ok {
				continue
			}
			to, toName := row(rel)
			if fromName == toName {
				continue
			}
			require.Less(t, to, from, "%s imports %s, which does not stand to its left", f.path, rel)
		}
	}
}

func TestOneOwnerOfEachLibrary(t *testing.T) {
	used := map[string]bool{}
	for _, f := range files(t) {
		for _, im := range imports(f) {
			for lib, owner := range owners {
				if !strings.HasPrefix(im, lib) {
					continue
				}
				mine := slices.ContainsFunc(strings.Split(owner, "|"), func(o string) bool { return f.dir == o || strings.HasPrefix(f.dir, o+"/") })
				used[lib] = used[lib] || mine
				require.True(t, mine || f.test || f.dir == "e2e", "%s imports %s, which belongs to %s", f.path, im, owner)
			}
		}
	}
	for lib := range owners {
		require.True(t, used[lib], "nothing imports %s any more: remove it from the owners", lib)
	}
}

// selectors returns every pkg.Name used in a file.
func selectors(f goFile) []string {
	var out []string
	ast.Inspect(f.ast, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok {
				out = append(out, x.Name+"."+s.Sel.Name)
			}
		}
		return true
	})
	return out
}

func TestTheMiddleIsPure(t *testing.T) {
	outer := []string{"internal/cli", "internal/gen", "internal/arch", "internal/ruletest", "cmd", "e2e", "bench"}
	for _, f := range files(t) {
		if f.test {
			continue
		}
		used := selectors(f)
		if !slices.ContainsFunc(outer, func(d string) bool { return strings.HasPrefix(f.dir, d) }) {
			for _, bad := range []string{"os.Args", "os.Getenv", "os.LookupEnv", "os.Environ", "os.Exit", "log.Fatal", "exec.Command", "exec.CommandContext"} {
				require.NotContains(t, used, bad, "%s: only cli touches the process", f.path)
			}
		}
		if f.dir == "internal/rule" || strings.HasPrefix(f.dir, "internal/rules") || f.dir == "internal/policy" {
			require.NotContains(t, used, "time.Now", "%s: the clock is injected", f.path)
			for _, bad := range []string{"os", "net", "net/http", "os/exec"} {
				require.NotContains(t, imports(f), bad, "%s: rules and policy do no input or output", f.path)
			}
		}
	}
}

func TestHouseRules(t *testing.T) {
	for _, f := range files(t) {
		base := path.Base(f.dir)
		require.NotContains(t, []string{"util", "utils", "common", "helpers", "manager", "impl"}, base, f.dir)
		lines := f.fset.File(f.ast.Pos()).LineCount()
		if f.test {
			continue
		}
		if !ast.IsGenerated(f.ast) {
			require.LessOrEqual(t, lines, 400, "%s has %d lines", f.path, lines)
		}
		if strings.HasPrefix(f.dir, "cmd/") {
			require.LessOrEqual(t, lines, 25, "%s has %d lines", f.path, lines)
		}
		for _, d := range f.ast.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			require.False(t, fn.Name.Name == "init" && fn.Recv == nil, "%s has an init function", f.path)
			n := f.fset.Position(fn.End()).Line - f.fset.Position(fn.Pos()).Line + 1
			if !ast.IsGenerated(f.ast) {
				require.LessOrEqual(t, n, 60, "%s: %s has %d lines", f.path, fn.Name.Name, n)
			}
		}
	}
}

func TestExportedNamesAreDocumented(t *testing.T) {
	packages := map[string]bool{}
	for _, f := range files(t) {
		if f.test || f.ast.Name.Name == "main" {
			continue
		}
		packages[f.dir] = packages[f.dir] || f.ast.Doc != nil
		for _, name := range undocumented(f.ast) {
			t.Errorf("%s: %s has no comment", f.path, name)
		}
	}
	for dir, documented := range packages {
		require.True(t, documented, "package %s has no charter: write doc.go", dir)
	}
}

func undocumented(f *ast.File) []string {
	var out []string
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Name.IsExported() && d.Doc == nil && exportedReceiver(d) {
				out = append(out, "func "+d.Name.Name)
			}
		case *ast.GenDecl:
			for _, s := range d.Specs {
				if ts, ok := s.(*ast.TypeSpec); ok && ts.Name.IsExported() && d.Doc == nil && ts.Doc == nil {
					out = append(out, "type "+ts.Name.Name)
				}
				if vs, ok := s.(*ast.ValueSpec); ok && d.Doc == nil && vs.Doc == nil && vs.Comment == nil && vs.Names[0].IsExported() {
					out = append(out, fmt.Sprint(vs.Names[0].Name))
				}
			}
		}
	}
	return out
}

func exportedReceiver(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return true
	}
	t := d.Recv.List[0].Type
	if s, ok := t.(*ast.StarExpr); ok {
		t = s.X
	}
	if ix, ok := t.(*ast.IndexExpr); ok {
		t = ix.X
	}
	id, ok := t.(*ast.Ident)
	return ok && id.IsExported()
}
