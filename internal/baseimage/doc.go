// Package baseimage finds the configuration of the images that a Dockerfile
// starts from: in layouts that the operator names, in its cache, at a registry,
// or in a table of the commonest. What it cannot tell is unknown, with a reason,
// and never an error.
package baseimage
