// Package product holds the names by which the program is known outside: in
// reports, signatures and links.
package product

// Name is the program's name.
const Name = "tidewaiter"

// Module is the Go module.
const Module = "github.com/tidewaiter/tidewaiter"

// URL is the project's home: SARIF's informationUri and the verifier's identity.
const URL = "https://github.com/tidewaiter/tidewaiter"

// RuleURL is the page of a rule, SARIF's helpUri.
func RuleURL(id string) string { return URL + "/blob/main/docs/rules.md#" + id }
