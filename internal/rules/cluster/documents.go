package cluster

import (
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

// eachDocument looks at the documents of the given kinds and group that programs
// of the cluster read; an encryption configuration of before 1.13 has no group.
func eachDocument(f func(*rule.Pass, *manifest.Object), group string, kinds ...string) rule.Check {
	return rule.EachClusterConfig(func(p *rule.Pass, cfg *controlplane.Config) {
		for _, o := range cfg.Documents {
			if slices.Contains(kinds, o.Kind) && (o.Group() == group || o.Group() == "") {
				f(p, o)
			}
		}
	})
}

// The groups of those documents.
const (
	apiServerGroup = "apiserver.config.k8s.io"
	auditGroup     = "audit.k8s.io"
	abacGroup      = "abac.authorization.kubernetes.io"
)

func eachEncryption(f func(*rule.Pass, *manifest.Object)) rule.Check {
	return eachDocument(f, apiServerGroup, "EncryptionConfiguration", "EncryptionConfig")
}

// encryptsSecrets reports whether an entry of an encryption configuration is
// about Secrets: "*." is every resource of the core group, "*.*" every resource.
func encryptsSecrets(entry manifest.Field) bool {
	return slices.ContainsFunc(entry.Get("resources").Strings(), func(r string) bool { return r == "secrets" || r == "*." || r == "*.*" })
}

// writer returns the provider that writes, the first one, with its name.
func writer(entry manifest.Field) (name string, provider manifest.Field) {
	for _, item := range entry.Get("providers").Items() {
		for name, provider := range item.Entries() {
			return name, provider
		}
	}
	return "", manifest.Field{}
}
