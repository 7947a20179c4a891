// Package report writes a gate.Result in every format. It reads nothing but the
// result, decides nothing, and neutralises untrusted text for the place it goes
// to: a format never writes a string of a finding without a function of
// neutral.go around it.
package report
