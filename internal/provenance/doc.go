// Package provenance reads what BuildKit says about how it built an image: the SLSA
// provenance statements that stand beside an image in its index.
//
// What it says is the builder's word, no more to be trusted than the image's history:
// it serves to find lines, never to judge.
package provenance
