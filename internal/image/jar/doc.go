// Package jar tells which Maven artifacts a Java archive holds: from the
// pom.properties that Maven and its shade plugin leave in it, else from its manifest
// and file name, and in the archives inside it.
package jar
