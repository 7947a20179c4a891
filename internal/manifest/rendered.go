package manifest

import (
	"path"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/source"
	"github.com/tidewaiter/tidewaiter/internal/yamldoc"
)

// RenderedFile is what another program has rendered from templates, such as the
// output of helm template.
type RenderedFile struct {
	// Name is how the user calls it, for messages.
	Name string
	// File is its text. Its Path is the repository's where the file lies in it, ""
	// where it does not: then findings of which no template is known have no place.
	File *source.File
}

// charts are the folders of Helm charts.
type charts struct {
	dirs []string
	// named are the folders by the name of the chart.
	named map[string][]string
}

// charts reads the names of the charts that the walk has found.
func (l *library) charts(dirs []string) charts {
	c := charts{dirs: dirs, named: map[string][]string{}}
	for _, dir := range dirs {
		name := path.Base(dir)
		if p := l.parse(path.Join(dir, "Chart.yaml")); len(p.Docs) > 0 {
			name = textAt(p.Docs[0].Root, "name")
		}
		c.named[name] = append(c.named[name], dir)
	}
	return c
}

// renderedSet is what rendered files hold.
type renderedSet struct {
	plainSet
	// covered are the folders of charts that something was rendered from.
	covered map[string]bool
}

// rendered reads the objects that another program has rendered, one render a file.
func (l *library) rendered(files []RenderedFile, c charts) renderedSet {
	out := renderedSet{covered: map[string]bool{}}
	for _, f := range files {
		docs, err := yamldoc.Parse(f.File)
		r := &Render{Dir: ".", Rendered: f.Name, Partial: err != nil}
		if f.File.Path != "" {
			r.Dir, r.Inputs = path.Dir(f.File.Path), []string{f.File.Path}
		}
		for _, e := range yamldoc.Errors(err) {
			if f.File.Path == "" {
				out.notes = append(out.notes, note("", 0, f.Name+": "+e.Reason))
				continue
			}
			out.notes = append(out.notes, note(f.File.Path, e.At.Start.Line, e.Reason))
		}
		for _, d := range docs {
			t, chart := l.template(d, c)
			if chart != "" {
				out.covered[chart] = true
			}
			if t != nil {
				r.Inputs = append(r.Inputs, t.Path)
			}
			at := &renderedLocator{lib: l, doc: d, template: t, chart: chart}
			for _, n := range unwrapList(expandAliases(d.Root)) {
				if o := newObject(n, at); o != nil {
					o.Render = r
					r.Objects = append(r.Objects, o)
				}
			}
		}
		slices.Sort(r.Inputs)
		r.Inputs = slices.Compact(r.Inputs)
		if len(r.Objects) == 0 && err == nil {
			out.notes = append(out.notes, note(f.File.Path, 0, f.Name+" holds no Kubernetes object; give --rendered what helm template writes"))
		}
		out.renders = append(out.renders, r)
	}
	return out
}

const sourceComment = "# Source: "

// template returns the file that a document was rendered from, by the comment
// that helm writes above it, and the folder of the chart.
func (l *library) template(d *yamldoc.Document, c charts) (file *source.File, chart string) {
	named := ""
	for line := range strings.Lines(d.File.Text[d.Start:d.End]) {
		line = strings.TrimSpace(line)
		if line != "" && line[0] != '#' && !strings.HasPrefix(line, "---") {
			break
		}
		if text, ok := strings.CutPrefix(line, sourceComment); ok {
			named = path.Clean(text)
		}
	}
	var found []*source.File
	var dirs []string
	for _, at := range c.candidates(named) {
		f, err := l.repo.Read(path.Join(at.dir, at.file))
		if err != nil || slices.Contains(found, f) {
			continue
		}
		found, dirs = append(found, f), append(dirs, at.dir)
	}
	if len(found) != 1 {
		return nil, "" // none, or charts of one name that both have such a template
	}
	return found[0], dirs[0]
}

type inChart struct{ dir, file string }

// candidates lists where "chart/charts/sub/templates/x.yaml" may lie: in a chart
// of that name, below it, or in a chart of the repository that it depends on.
func (c charts) candidates(named string) []inChart {
	name, file, ok := strings.Cut(named, "/")
	if !ok || strings.Contains(named, "../") {
		return nil
	}
	var out []inChart
	for _, dir := range c.named[name] {
		sub, rest := dir, file
		for strings.HasPrefix(rest, "charts/") {
			parts := strings.SplitN(rest, "/", 3)
			if len(parts) < 3 {
				return nil
			}
			sub, rest = path.Join(sub, parts[0], parts[1]), parts[2]
		}
		out = append(out, inChart{sub, rest})
	}
	if below, ok := strings.CutPrefix(file, "charts/"); ok {
		out = append(out, c.candidates(below)...)
	}
	return out
}

// uncovered drops the entries for charts from which something was rendered, and
// for those inside of them, which may be turned off.
func (s renderedSet) uncovered(notes []source.NotAnalysed) []source.NotAnalysed {
	return slices.DeleteFunc(notes, func(n source.NotAnalysed) bool {
		if path.Base(n.Path) != "Chart.yaml" {
			return false
		}
		for dir := path.Dir(n.Path); ; dir = path.Dir(path.Dir(dir)) {
			if s.covered[dir] {
				return true
			}
			if path.Base(path.Dir(dir)) != "charts" {
				return false
			}
		}
	})
}
