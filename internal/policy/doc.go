// Package policy turns findings into a verdict by tidewaiter.yaml: thresholds,
// profiles, severities, waivers and in-place ignores.
package policy
