// Package rule says what a rule is: a value with an identity, texts, settings,
// examples and a check, and what a finding is. It holds no rules.
package rule
