package cluster

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

// strongCiphers are the suites that the benchmark accepts: CIS Kubernetes 1.12,
// 1.2.29 and 4.2.12. Never written to.
var strongCiphers = [...]string{
	"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256",
	"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
	"TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
	"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
	"TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
}

// strongCiphersOnly is the check of the suites that a program offers. Without a
// list it has Go's, which are good. Suites that other tools still accept, those
// of RSA key exchange with GCM, are only advised against.
func strongCiphersOnly(program, alias string) rule.Check {
	return rule.EachClusterConfig(func(p *rule.Pass, cfg *controlplane.Config) {
		for _, c := range cfg.Components {
			s := c.Get("tls-cipher-suites")
			if c.Program != program || !s.Set {
				continue
			}
			var strong, weak []string
			old := true
			for suite := range strings.SplitSeq(s.Value, ",") {
				if suite = strings.TrimSpace(suite); slices.Contains(strongCiphers[:], suite) {
					strong = append(strong, suite)
				} else if suite != "" {
					weak = append(weak, suite)
					old = old && strings.HasPrefix(suite, "TLS_RSA_WITH_AES_") && strings.Contains(suite, "_GCM_")
				}
			}
			if len(weak) == 0 {
				continue
			}
			f := about(c, s, "%s offers weak cipher suites: %s", c.Program, strings.Join(weak, ", "))
			f.Fix = &rule.Fix{Title: "leave them out of " + c.Spell(s.Name)}
			if len(strong) > 0 && !s.Field.IsList() {
				f.Fix.Edits = s.Change(strings.Join(strong, ","))
			}
			if old {
				f.Severity = rule.Low
				claim(p, &f, []string{alias})
			}
			p.Report(f)
		}
	})
}
