package gate

import (
	"context"
	"fmt"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/policy"
	"github.com/tidewaiter/tidewaiter/internal/registry"
	"github.com/tidewaiter/tidewaiter/internal/sign"
)

// UnsignableError is a passing verdict that must not be signed, since something
// that concerns the image could not be judged.
type UnsignableError struct{ Reasons []string }

// Error names what could not be judged.
func (e *UnsignableError) Error() string {
	return "not signed: the verdict passes, but something about the image could not be judged: " + strings.Join(e.Reasons, "; ")
}

// release pushes and signs what passed, and only that. It fills in what became
// of each image.
func release(ctx context.Context, env Env, o Options, v policy.Verdict, images opened, r *Result) error {
	if !v.Passed() || o.Push == "" && !o.Sign {
		return nil
	}
	if reasons := v.Unsignable(); o.Sign && len(reasons) > 0 {
		return &UnsignableError{reasons}
	}
	for i, img := range images {
		at := img.content.Resolved
		if o.Push != "" {
			env.step("push " + o.Push)
			pushed, err := env.Registry.Push(ctx, img.content, o.Push)
			if err != nil {
				return fmt.Errorf("push %s: %w", o.Push, err)
			}
			if !v.Covers(pushed) {
				return fmt.Errorf("push %s: the registry now holds %s, which is not what was judged; nothing was signed", o.Push, pushed.Digest)
			}
			at, r.Images[i].Pushed = pushed, pushed.Reference()
		}
		if err := signOne(ctx, env, o, v, at, &r.Images[i]); err != nil {
			return err
		}
	}
	return nil
}

func signOne(ctx context.Context, env Env, o Options, v policy.Verdict, at registry.Resolved, r *Image) error {
	if !o.Sign {
		return nil
	}
	env.step("sign " + at.Reference())
	receipt, err := sign.Sign(ctx, v, at, env.Registry, o.Key)
	if err != nil {
		return fmt.Errorf("sign %s: %w", at.Reference(), err)
	}
	r.Signed, r.Signature = true, receipt.Bundle.Digest
	return nil
}
