package cli

import (
	"fmt"

	"github.com/spf13/cobra"
	"github.com/tidewaiter/tidewaiter/internal/gate"
	"github.com/tidewaiter/tidewaiter/internal/sign"
)

const verifyLong = `verify resolves IMAGE once and accepts it only if it carries a valid signature of
that digest by the given key. On success it prints registry/repository@sha256:…,
which is what a deployment should name.

  tidewaiter verify ghcr.io/acme/app:1.2 --key cosign.pub

Real cosign accepts the same: cosign verify --key cosign.pub --insecure-ignore-tlog=true IMAGE
(key signing uses no transparency log).

Exit codes: 0 accepted, 1 refused, 2 wrong flag, 3 registry or key not usable.`

func newVerify(env Env) *cobra.Command {
	var key string
	c := &cobra.Command{
		Use: "verify IMAGE", Short: "Accept an image only if it was signed by this key", Long: verifyLong,
		Args: arguments(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			if key == "" {
				return &flagError{fmt.Errorf("name the public key: --key cosign.pub")}
			}
			if gate.IsLocal(args[0]) {
				return &gate.UsageError{Reason: args[0] + ": signatures are kept in a registry: name registry/repository@sha256:… or a tag"}
			}
			pub, err := sign.LoadPublicKey(key, env.Getenv)
			if err != nil {
				return err
			}
			result, err := sign.Verify(c.Context(), env.registry(), args[0], pub)
			if err != nil {
				return err
			}
			fmt.Fprintln(env.Stdout, result.Reference)
			return nil
		},
	}
	c.Flags().StringVar(&key, "key", "", "public key: a PEM `FILE` as cosign generate-key-pair writes it, or env://VARIABLE")
	return c
}
