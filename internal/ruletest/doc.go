// Package ruletest runs the examples that every rule carries: a bad one must
// yield the marked findings and no other, a good one none.
//
// An example is a txtar project. In a text file a line that holds nothing but
// an optional comment sign, carets and a message marks a finding on the line
// above it, at the columns of the carets. Findings without a place, or in a
// file that cannot be marked, stand in a file named want, one a line, as
// "path:line:column: message", with "-" for no place. Files below image/NAME/
// are an image fixture, files below advisories/ the advisory
// data. base/NAME.json is the configuration of the base image
// "registry.test/NAME".
package ruletest
