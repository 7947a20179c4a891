// Package gate is the sentence the product reads as: sources become facts, rules
// turn facts into findings, the policy turns findings into a verdict, a passing
// verdict is signed, every verdict is reported.
package gate
