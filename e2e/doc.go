// Package e2e tests the built program together with real ones: two image
// builders, a registry, cosign, a runner of GitHub workflows and the SARIF
// validator. Its tests carry the build tag e2e; .ci/run installs what they need.
// Under CI=true a missing part fails a test, elsewhere it skips it and says so.
package e2e
