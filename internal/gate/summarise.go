package gate

import (
	"slices"
	"time"

	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/policy"
	"github.com/tidewaiter/tidewaiter/internal/product"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/rules/credential"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// summarise turns a verdict into plain data.
func summarise(env Env, pol *policy.Policy, p *facts.Project, v policy.Verdict) *Result {
	r := &Result{
		Version: ResultVersion, Tool: Tool{product.Name, env.Version}, Result: "fail", FailOn: pol.FailOn.String(),
		NotAnalysed: []NotAnalysed{}, Images: []Image{},
		Data: Data{
			Advisories: Advisories{Source: p.Advisories.Source, Digest: p.Advisories.Digest, Updated: timestamp(p.Advisories.Updated), Warning: aged(p, env.Now())},
			Policy:     Policy{v.PolicyDigest()},
		},
		Checked: checked(pol, p), Sources: map[string]map[int]string{},
	}
	if v.Passed() {
		r.Result = "pass"
	}
	if pol.Never {
		r.FailOn = "never"
	}
	r.Findings = make([]Finding, v.Len())
	for i, j := range v.All() {
		r.Findings[i] = finding(&j)
	}
	for _, n := range v.NotAnalysed() {
		out := NotAnalysed{n.Path, n.Line, n.Reason}
		if n.At.Valid() {
			out.Line = n.At.Start.Line // a whole file is shown at its first line
		}
		r.NotAnalysed = append(r.NotAnalysed, out)
	}
	for _, img := range p.Images {
		out := Image{Ref: img.Ref, Digest: img.Resolved.Digest, Platforms: []Platform{}}
		for _, b := range p.Builds {
			if b.Image == img {
				out.Platforms = append(out.Platforms, platform(b))
			}
		}
		r.Images = append(r.Images, out)
	}
	r.Inputs = inputs(p)
	r.Baseline = baseline(pol, v)
	for _, c := range pol.Rules {
		r.Rules = append(r.Rules, Describe(c.Rule))
	}
	excerpts(r, v)
	r.mask()
	return r
}

// baseline counts what the baseline does, nil where there is none.
func baseline(pol *policy.Policy, v policy.Verdict) *Baseline {
	if pol.Baseline.File == nil {
		return nil
	}
	b := &Baseline{Path: pol.Baseline.File.Path, Stale: v.StaleBaseline()}
	for _, j := range v.All() {
		if j.Status == policy.Baselined {
			b.Accepted++
		}
	}
	return b
}

// Describe returns a rule as plain data.
func Describe(r *rule.Rule) Rule {
	out := Rule{ID: r.ID, Name: r.Name, Title: r.Title, Severity: r.Severity.String(), Why: r.Why, Fix: r.Fix,
		Refs: []RuleRef{}, Aliases: list(r.Aliases), HelpURI: product.RuleURL(r.ID)}
	for _, ref := range r.Refs {
		out.Refs = append(out.Refs, RuleRef(ref))
	}
	return out
}

func checked(pol *policy.Policy, p *facts.Project) Checked {
	c := Checked{Dockerfiles: len(p.Dockerfiles), Renders: len(p.Renders), Images: len(p.Images), Rules: len(pol.Rules)}
	for _, r := range p.Renders {
		c.Objects += len(r.Objects)
	}
	if c.Narrowed = narrowed(p); c.Narrowed != nil {
		c.Dockerfiles, c.Renders, c.Objects = 0, 0, 0
		for _, d := range p.Dockerfiles {
			if !d.Unchanged {
				c.Dockerfiles++
			}
		}
		for _, r := range p.Renders {
			if !r.Unchanged {
				c.Renders++
				c.Objects += len(r.Objects)
			}
		}
	}
	return c
}

func platform(b *facts.Build) Platform {
	out := Platform{Platform: b.Platform.Platform.String(), Packages: len(b.Platform.Packages), Layers: []Layer{}}
	for i, l := range b.Platform.Layers {
		out.Layers = append(out.Layers, Layer{Digest: l.Digest, DiffID: l.DiffID, Instruction: place(b.LayerSpan(i))})
	}
	return out
}

// excerpts keeps the lines that findings point at, and their hashes, but no line
// that holds a credential. The findings of r stand in the order of the verdict.
func excerpts(r *Result, v policy.Verdict) {
	hashes := map[string][]source.LineHash{}
	for i, j := range v.All() {
		if !j.At.Valid() {
			continue
		}
		path, line := j.At.Path(), j.At.Start.Line
		if hashes[path] == nil {
			hashes[path] = source.LineHashes(j.At.File.Text)
			r.Sources[path] = map[int]string{}
		}
		if _, known := r.Sources[path][line]; !known {
			r.Sources[path][line] = credential.MaskLine(j.At.File.Line(line), above(j.At.File, line))
		}
		if line <= len(hashes[path]) {
			r.Findings[i].LineHash = hashes[path][line-1].String()
		}
	}
	for _, j := range v.All() {
		if j.Rule.Sensitive && j.At.Valid() {
			delete(r.Sources[j.At.Path()], j.At.Start.Line)
		}
	}
}

// above returns the three lines before a line.
func above(f *source.File, line int) string {
	return f.Line(line-3) + "\n" + f.Line(line-2) + "\n" + f.Line(line-1)
}

func place(s source.Span) *Place {
	if !s.Valid() {
		return nil
	}
	return &Place{Path: s.Path(), Line: s.Start.Line}
}

func timestamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// list returns a copy that is never nil, since the JSON contract has no null lists.
func list(in []string) []string { return append([]string{}, slices.Clone(in)...) }
