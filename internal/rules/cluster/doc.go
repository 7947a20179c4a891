// Package cluster holds the rules that judge the configuration of the cluster
// itself (TW-K300 to TW-K379), one file each: one for each recommendation of the
// CIS benchmark that a file can answer, whatever carries the setting.
package cluster

//go:generate go run ../../gen/genlist
