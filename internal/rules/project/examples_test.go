package project_test

import (
	"testing"

	"github.com/tidewaiter/tidewaiter/internal/rules/project"
	"github.com/tidewaiter/tidewaiter/internal/ruletest"
)

func TestExamples(t *testing.T) { ruletest.Examples(t, project.Rules()) }
