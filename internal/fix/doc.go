// Package fix proves remedies: it makes the edits of findings in memory, reads
// and judges the project again, and keeps only those that remove their finding
// and change nothing else. It does no input or output.
//
// It stands after the rules and before the gate: what it proves it proves by
// running rules, and whoever reports a finding needs to know which of its edits
// hold.
package fix
