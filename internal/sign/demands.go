package sign

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tidewaiter/tidewaiter/internal/policy"
	"github.com/tidewaiter/tidewaiter/internal/registry"
)

// Demands are what an image must bear besides a valid signature. The zero value
// asks for the signature alone; a verdict that is there is held to its words all
// the same.
type Demands struct {
	// Now is the time by which ages are told.
	Now time.Time
	// Verdict asks for a passing verdict of this program. Each of the fields below
	// does, too.
	Verdict bool
	// Policies are the digests ("sha256:…") of which the verdict's policy must be
	// one; empty for any.
	Policies []string
	// MaxAge is how old the verdict may be, MaxDataAge how old the advisory data was
	// allowed to be by now; 0 for any age. Data without a date is too old.
	MaxAge, MaxDataAge time.Duration
	// Types are predicate types that must be stated of the image besides.
	Types []string
}

func (d Demands) verdict() bool {
	return d.Verdict || len(d.Policies) > 0 || d.MaxAge > 0 || d.MaxDataAge > 0 || slices.Contains(d.Types, VerdictType)
}

// wantsToRead reports whether a listed referrer is worth reading. Bills of
// materials are large, and nobody asks here what they say.
func (d Demands) wantsToRead(listed registry.Descriptor) bool {
	return slices.ContainsFunc(append([]string{PredicateType, VerdictType}, d.Types...), func(t string) bool { return mayHold(listed, t) })
}

// check holds a verdict about digest to its words and to the demands.
func (d Demands) check(v *vsa) error {
	if v.Result != passed {
		return fmt.Errorf("the verdict is %s", v.Result)
	}
	if got := "sha256:" + v.Policy.Digest["sha256"]; len(d.Policies) > 0 && !slices.Contains(d.Policies, got) {
		return fmt.Errorf("the verdict was reached by the policy %s, not by %s", got, strings.Join(d.Policies, " or "))
	}
	if v.TimeVerified.After(d.Now.Add(skew)) {
		return fmt.Errorf("the verdict is of %s, which is in the future: check the clocks", v.TimeVerified.Format(time.RFC3339))
	}
	if age := d.Now.Sub(v.TimeVerified); d.MaxAge > 0 && age > d.MaxAge {
		return fmt.Errorf("the verdict is of %s, %s old, and may be %s: judge the image again", v.TimeVerified.Format(time.DateOnly), days(age), days(d.MaxAge))
	}
	if err := d.checkData(v.Gate.Data.Updated); err != nil {
		return err
	}
	for _, w := range v.Gate.Waived {
		until, err := time.Parse(time.DateOnly, w.Until)
		if w.Until != "" && (err != nil || (policy.WaivedFinding{Until: until}).Expired(d.Now)) {
			return fmt.Errorf("the waiver of %s for %q has ended on %s: repair it or renew the waiver, and judge the image again", w.Rule, w.Subject, w.Until)
		}
	}
	return nil
}

func (d Demands) checkData(updated string) error {
	if d.MaxDataAge == 0 {
		return nil
	}
	at, err := time.Parse(time.RFC3339, updated)
	if err != nil {
		return fmt.Errorf("the verdict does not say of when its advisory data is, which counts as too old")
	}
	if age := d.Now.Sub(at); age > d.MaxDataAge {
		return fmt.Errorf("the verdict's advisory data is of %s, %s old, and may be %s: judge the image again", at.Format(time.DateOnly), days(age), days(d.MaxDataAge))
	}
	return nil
}

// days words an age.
func days(d time.Duration) string {
	if d < 48*time.Hour {
		return d.Round(time.Minute).String()
	}
	return fmt.Sprintf("%d days", int(d/(24*time.Hour)))
}
