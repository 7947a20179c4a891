// Package schema knows what the objects of the Kubernetes API look like, in
// each of the releases that it was made for, and what custom resource
// definitions say of theirs; it holds an object's YAML against that.
//
// The types of Kubernetes itself stand in kubernetes.txt, which
// internal/gen/genschema writes:
//
//	releases 29 37                       the first and the last minor version read
//	enum NAME VALUE…                     the values of an enumeration
//	type NAME                            a struct, followed by its fields:
//	 FIELD TYPE [!] [>=N] [<N] [k=A,B] [=DEFAULT]
//	kind APIVERSION KIND TYPE INTRODUCED DEPRECATED REMOVED [APIVERSION KIND]
//
// A type is a letter for a scalar (s string, b bool, i 32-bit and l 64-bit
// integer, f number, q quantity, x integer or string, d duration, t time,
// B base64, * anything), "[]" or "{}" before the type of what a list or map
// holds, "@" before the name of an enumeration, or the name of a struct, which
// starts with a dot in the struct's own package. "!" is a required field, ">=N"
// one that Kubernetes 1.N brought, "<N" one that 1.N no longer has; values have
// these too. "k=" are the fields that tell the items of a list apart. A kind's
// last numbers are minor versions, 0 for none or unknown, and what serves it
// instead.
//
// It knows nodes and nothing of files: package manifest turns paths into places.
package schema
