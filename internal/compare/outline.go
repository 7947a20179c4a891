package compare

import (
	"path"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// files are the files of one state, with what is known of them.
type files struct {
	project  *facts.Project
	outlines map[*source.File]outline
}

func newFiles(p *facts.Project) files { return files{p, map[*source.File]outline{}} }

// read returns a file, nil where there is none that can be read.
func (f files) read(name string) *source.File {
	if f.project.Repo == nil || name == "" {
		return nil
	}
	file, err := f.project.Repo.Read(name)
	if err != nil {
		return nil
	}
	return file
}

// has reports whether a file is there and has a block.
func (f files) has(name, block string) bool {
	file := f.read(name)
	return file != nil && f.outline(file).has(block)
}

func (f files) outline(file *source.File) outline {
	if o, ok := f.outlines[file]; ok {
		return o
	}
	o := newOutline(file)
	f.outlines[file] = o
	return o
}

// outline says which block each line of a file is in: "stage NAME" or
// "Kind/name". It is read from the text, since what a render made of an object
// may bear another name in every overlay.
type outline []string

func (o outline) at(line int) string {
	if line < 1 || line > len(o) {
		return ""
	}
	return o[line-1]
}

func (o outline) has(block string) bool { return block != "" && slices.Contains(o, block) }

func newOutline(f *source.File) outline {
	switch path.Ext(f.Path) {
	case ".yaml", ".yml", ".json", ".tpl":
		return objects(f)
	}
	return stages(f)
}

var (
	fromLine = lazyregexp.New(`(?i)^\s*FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?`)
	kindLine = lazyregexp.New(`(?m)^\s*(?:- |\{)?\s*"?kind"?:\s*["']?([A-Za-z0-9]+)`)
	metaLine = lazyregexp.New(`(?m)^\s*(?:- |\{)?\s*"?metadata"?:`)
	nameLine = lazyregexp.New(`(?:^|[\s{,"])name"?:\s*["']?([A-Za-z0-9._-]+)`)
)

// stages names a stage by its name, else by what it is built from.
func stages(f *source.File) outline {
	out, current := make(outline, f.LineCount()), ""
	for i := range out {
		if m := fromLine.FindStringSubmatch(f.Line(i + 1)); m != nil {
			name := m[2]
			if name == "" {
				name, _, _ = strings.Cut(m[1], "@")
				if colon := strings.LastIndexByte(name, ':'); colon > strings.LastIndexByte(name, '/') {
					name = name[:colon]
				}
			}
			current = "stage " + strings.ToLower(name)
		}
		out[i] = current
	}
	return out
}

// objects names the documents of a file of manifests.
func objects(f *source.File) outline {
	out := make(outline, f.LineCount())
	for first := 0; first < len(out); {
		last := first
		for last++; last < len(out) && !strings.HasPrefix(f.Line(last+1), "---"); last++ {
		}
		name := objectName(f, first+1, last)
		for i := first; i < last; i++ {
			out[i] = name
		}
		first = last
	}
	return out
}

// objectName is what the document of some lines calls itself, "" for what has no
// kind.
func objectName(f *source.File, first, last int) string {
	kind, meta, name := "", false, ""
	for i := first; i <= last && (kind == "" || name == ""); i++ {
		line := f.Line(i)
		if m := kindLine.FindStringSubmatch(line); m != nil && kind == "" {
			kind = m[1]
		}
		meta = meta || metaLine.MatchString(line)
		if m := nameLine.FindStringSubmatch(line); m != nil && meta && name == "" {
			name = m[1]
		}
	}
	if kind == "" {
		return ""
	}
	return kind + "/" + name
}

// names reports whether a text of manifests names something, as a container.
func names(text, name string) bool {
	for _, form := range []string{"name: ", `name: "`, "name: '", `"name": "`, `"name":"`} {
		if at := strings.Index(text, form+name); name != "" && at >= 0 {
			rest := text[at+len(form)+len(name):]
			if rest == "" || strings.IndexByte("\r\n,} \"'", rest[0]) >= 0 {
				return true
			}
		}
	}
	return false
}
