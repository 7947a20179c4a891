package across_test

import (
	"testing"

	"github.com/tidewaiter/tidewaiter/internal/rules/across"
	"github.com/tidewaiter/tidewaiter/internal/ruletest"
)

func TestExamples(t *testing.T) { ruletest.Examples(t, across.Rules()) }
