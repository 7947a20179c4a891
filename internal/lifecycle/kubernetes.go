package lifecycle

import "time"

// Kubernetes returns the last day on which release 1.minor of Kubernetes gets
// security updates, and false where the table does not know it
// (https://kubernetes.io/releases/, https://kubernetes.io/releases/patch-releases/).
// Each release is supported for about fourteen months, so that three are at once.
func Kubernetes(minor int) (time.Time, bool) {
	day, ok := kubernetes[minor]
	if !ok {
		return time.Time{}, false
	}
	t, err := time.Parse(time.DateOnly, day)
	return t, err == nil
}

// OldestKubernetes and NewestKubernetes are x of the releases 1.x that the table
// begins and ends with.
const (
	OldestKubernetes = 20
	NewestKubernetes = 37
)

var kubernetes = map[int]string{
	20: "2022-02-28", 21: "2022-06-28", 22: "2022-10-28", 23: "2023-02-28", 24: "2023-07-28", 25: "2023-10-27", 26: "2024-02-28",
	27: "2024-06-28", 28: "2024-10-22", 29: "2025-02-28", 30: "2025-06-28", 31: "2025-10-28", 32: "2026-02-28", 33: "2026-06-28",
	34: "2026-10-27", 35: "2027-02-28", 36: "2027-06-28", 37: "2027-10-28",
}
