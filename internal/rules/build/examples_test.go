package build_test

import (
	"testing"

	"github.com/tidewaiter/tidewaiter/internal/rules/build"
	"github.com/tidewaiter/tidewaiter/internal/ruletest"
)

func TestExamples(t *testing.T) { ruletest.Examples(t, build.Rules()) }
