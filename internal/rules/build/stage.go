package build

import (
	"fmt"
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

// The standards that the rules of this package refer to.
const (
	practice = "practice"
	cis      = "CIS Docker"
	nist     = "NIST SP 800-190"
)

// refs pairs standards with controls.
func refs(standardsAndControls ...string) []rule.Ref {
	var out []rule.Ref
	for i := 0; i+1 < len(standardsAndControls); i += 2 {
		out = append(out, rule.Ref{Standard: standardsAndControls[i], Control: standardsAndControls[i+1]})
	}
	return out
}

// stageSeverity lowers a severity for stages that matter less: what is built
// there reaches the final image only in part, or not at all.
func stageSeverity(s rule.Severity, st *dockerfile.Stage) rule.Severity {
	switch {
	case st == nil || st.Role == dockerfile.RoleFinal:
		return s
	case st.Role == dockerfile.RoleUnused:
		return max(min(s-1, rule.Low), rule.Info)
	default:
		return max(min(s-1, rule.Medium), rule.Info)
	}
}

// flowSeverity is for what spoils the files that a stage makes: files copied
// from it carry the harm into the final image undiminished.
func flowSeverity(s rule.Severity, st *dockerfile.Stage) rule.Severity {
	if st != nil && st.Role == dockerfile.RoleCopiedFrom {
		return s
	}
	return stageSeverity(s, st)
}

// stageSubject names a stage in findings.
func stageSubject(s *dockerfile.Stage) string {
	switch {
	case s == nil:
		return "before the first stage"
	case s.Name != "":
		return "stage " + s.Name
	}
	return fmt.Sprintf("stage %d", s.Index)
}

// external reports whether a reference names an image of a registry, known in
// full.
func external(r dockerfile.Reference) bool {
	return r.Stage == nil && !r.Scratch() && r.Text != "" && len(r.Unresolved) == 0
}

// rootStage returns the stage at the bottom of s: the one whose base is an
// external image or scratch.
func rootStage(s *dockerfile.Stage) *dockerfile.Stage {
	for s.Parent != nil {
		s = s.Parent
	}
	return s
}

// chain returns a stage and the stages it is built FROM, lowest first.
func chain(s *dockerfile.Stage) []*dockerfile.Stage {
	var out []*dockerfile.Stage
	for ; s != nil; s = s.Parent {
		out = append(out, s)
	}
	slices.Reverse(out)
	return out
}

// runs returns the shell content of a stage's RUN instructions, in order.
func runs(s *dockerfile.Stage) []*dockerfile.Run {
	var out []*dockerfile.Run
	for _, in := range s.Instructions {
		if in.Keyword == "RUN" && in.Run != nil {
			out = append(out, in.Run)
		}
	}
	return out
}

// shown is a reference as a person says it: without its digest.
func shown(r dockerfile.Reference) string {
	if r.Tag == "" {
		return r.Name
	}
	return r.Name + ":" + r.Tag
}

// usedStages returns the stages that others are built FROM or take files from;
// one that a misspelt name most likely means counts as used.
func usedStages(f *dockerfile.File) map[*dockerfile.Stage]bool {
	used := map[*dockerfile.Stage]bool{}
	for _, s := range f.Stages {
		used[s.Parent] = true
		for _, in := range s.Instructions {
			for _, i := range importsOf(in) {
				meant := i.ref.Stage
				if bareName(i.ref) {
					meant = stageNamed(f, nearestStage(f, i.ref.Text, s))
				}
				if meant != s {
					used[meant] = true
				}
			}
		}
	}
	return used
}

// stageNamed returns the latest stage of a name, nil where there is none.
func stageNamed(f *dockerfile.File, name string) *dockerfile.Stage {
	for _, s := range slices.Backward(f.Stages) {
		if name != "" && s.Name == name {
			return s
		}
	}
	return nil
}
