package cluster_test

import (
	"testing"

	"github.com/tidewaiter/tidewaiter/internal/rules/cluster"
	"github.com/tidewaiter/tidewaiter/internal/ruletest"
)

func TestExamples(t *testing.T) { ruletest.Examples(t, cluster.Rules()) }
