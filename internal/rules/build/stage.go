package build

import (
	"fmt"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

// stageSeverity lowers a severity for stages that matter less: what is built
// there reaches the final image only in part, or not at all.
func stageSeverity(s rule.Severity, st *dockerfile.Stage) rule.Severity {
	switch st.Role {
	case dockerfile.RoleFinal:
		return s
	case dockerfile.RoleUnused:
		return min(s, rule.Low)
	default:
		return min(s, rule.Medium)
	}
}

// stageSubject names a stage in findings.
func stageSubject(s *dockerfile.Stage) string {
	if s.Name != "" {
		return "stage " + s.Name
	}
	return fmt.Sprintf("stage %d", s.Index)
}
