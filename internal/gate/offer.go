package gate

import (
	"context"

	"github.com/tidewaiter/tidewaiter/internal/fix"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

// offer leaves in the result only those edits that are proven to remove their
// finding and to do nothing else; the remedy in words stays. The findings of r
// stand in the order of all.
func (r *Result) offer(ctx context.Context, w fix.World, all []rule.Finding) {
	proof := w.Prove(ctx, all, func(i int) bool { return r.Findings[i].Status == "open" && !leaks(all[i].Fix) })
	for i, f := range all {
		if f.Fix != nil && len(f.Fix.Edits) > 0 && !proof.Holds[i] {
			r.Findings[i].Fix.Edits = []Edit{}
		}
	}
}
