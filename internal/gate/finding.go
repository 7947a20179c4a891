package gate

import (
	"github.com/tidewaiter/tidewaiter/internal/policy"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

// finding turns a judged finding into plain data.
func finding(j *policy.Judged) Finding {
	f := Finding{
		Rule: j.Rule.ID, Name: j.Rule.Name, Title: j.Rule.Title, Severity: j.Severity.String(), Message: j.Message,
		Subject: j.Subject, Key: j.Key, Fingerprint: j.Fingerprint, Status: string(j.Status), Blocking: j.Blocking,
		WaiverReason: j.WaiverReason, SilencedNow: j.SilencedNow, Refused: j.Refused, Aliases: list(j.SameAs()), Related: []Related{},
		Fix: remedy(j.Fix), Object: object(j.Object), Image: imageRef(j.Image),
	}
	if j.At.Valid() {
		f.Path = j.At.Path()
		f.Line, f.Column = j.At.Start.Line, j.At.Start.Column
		f.EndLine, f.EndColumn = j.At.End.Line, j.At.End.Column
	}
	for _, r := range j.Related {
		if r.At.Valid() {
			f.Related = append(f.Related, Related{r.At.Path(), r.At.Start.Line, r.At.Start.Column, r.Message})
		}
	}
	if j.Package != nil {
		f.Package = &Package{PURL: j.Package.PURL, Fixed: j.Fixed}
	}
	if v := j.Vulnerability; v != nil {
		f.Vulnerability = &Vulnerability{ID: v.ID, Aliases: list(v.Aliases), Summary: v.Summary,
			Severity: v.Severity, SeveritySource: v.SeveritySource, CVSS: v.CVSS, KEV: v.KEV, EPSS: v.EPSS}
	}
	return f
}

func remedy(in *rule.Fix) *Fix {
	if in == nil {
		return nil
	}
	out := &Fix{Title: in.Title, Edits: []Edit{}}
	for _, e := range in.Edits {
		out.Edits = append(out.Edits, Edit{Path: e.Span.Path(), StartLine: e.Span.Start.Line, StartColumn: e.Span.Start.Column,
			EndLine: e.Span.End.Line, EndColumn: e.Span.End.Column, Text: e.New})
	}
	return out
}

func object(in *rule.ObjectRef) *Object {
	if in == nil {
		return nil
	}
	return &Object{in.APIVersion, in.Kind, in.Namespace, in.Name, in.Container, in.Field, list(in.Overlays)}
}

func imageRef(in *rule.ImageRef) *ImageRef {
	if in == nil {
		return nil
	}
	return &ImageRef{in.Ref, in.Digest, in.Platform, in.Layer, place(in.Instruction)}
}
