// Package licence reads what packages say of their licences as SPDX expressions, and
// tells whether lists of licences allow or deny them. It is the one owner of the
// SPDX licence list.
package licence
