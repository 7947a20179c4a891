// Package docs writes the documentation that follows from the code: the rule
// pages, the compliance tables, the README's tables, the schemas of the
// configuration and the result.
package docs
