// Package flow follows what a Dockerfile fetches: into which file it goes, under
// which names, what checks it, and what unpacks or runs it, in the order of the
// commands and across RUNs and stages.
//
// It knows the commands that move files about and takes any other to look at
// them only. Names are compared as written where their variables are not known.
package flow
