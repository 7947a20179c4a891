package main

import (
	"slices"
	"strings"
)

// The markers in the Go sources describe the documentation; what the API server
// refuses is written in its validation, which no module carries. Where the two
// differ the text follows the API server.

// zeroIsFine reports whether the API server takes an object without a field that
// is marked as required: it reads a missing field as its zero value, and that
// value is valid.
func zeroIsFine(structName string, m member) bool {
	group, rest, _ := strings.Cut(structName, "/")
	_, name, _ := strings.Cut(rest, ".")
	return m.kind == "b" || group == "authentication" || group == "authorization" || group == "events" ||
		slices.Contains(zeroIsValid(), group+"."+name+" "+m.name) || group == "core" && name == "Event"
}

// zeroIsValid are further fields of the kind, in all versions of a group.
func zeroIsValid() []string {
	return []string{
		"batch.PodFailurePolicy rules", "core.HTTPHeader value", "core.ISCSIPersistentVolumeSource lun", "core.ISCSIVolumeSource lun",
		"core.LimitRangeSpec limits", "core.PreferredSchedulingTerm preference", "core.ScaleIOPersistentVolumeSource secretRef",
		"core.ScaleIOVolumeSource secretRef", "core.SleepAction seconds", "core.Sysctl value", "resource.ResourcePool generation",
		"storage.CSIDriver spec", "storage.CSINode spec", "storage.CSINodeSpec drivers", "storage.TokenRequest audience",
	}
}

// openEnum reports whether a type takes other values than the constants that
// the sources name, or ones that the text cannot write.
func openEnum(structName string) bool { return strings.HasSuffix(structName, ".KeyUsage") }
