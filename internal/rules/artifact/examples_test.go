package artifact_test

import (
	"testing"

	"github.com/tidewaiter/tidewaiter/internal/rules/artifact"
	"github.com/tidewaiter/tidewaiter/internal/ruletest"
)

func TestExamples(t *testing.T) { ruletest.Examples(t, artifact.Rules()) }
