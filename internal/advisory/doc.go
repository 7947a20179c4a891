// Package advisory knows which package versions have known vulnerabilities. It
// reads OSV data in the per-ecosystem layout from a directory, a zip or an HTTP
// server and matches by each ecosystem's own version order.
//
// It is the one owner of the OSV format and of osv-scalibr's version comparison.
package advisory
