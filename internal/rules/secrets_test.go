package rules_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/rules"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// variable is a name with its value, as it stands in a Dockerfile or manifest.
type variable struct{ name, value string }

// alnum returns n characters that look drawn at random, always the same. Tokens
// are made of it so that no scanner takes this file for a leak.
func alnum(n int, alphabet string) string {
	var b strings.Builder
	x := uint32(2463534242)
	for range n {
		x ^= x << 13
		x ^= x >> 17
		x ^= x << 5
		b.WriteByte(alphabet[x%uint32(len(alphabet))])
	}
	return b.String()
}

const (
	letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digits  = "0123456789"
	hex     = digits + "abcdef"
	mixed   = letters + digits
)

// leaks are credentials: each must be high in every place.
func leaks() []variable {
	return []variable{
		{"CI", "gh" + "p_" + alnum(36, mixed)}, {"CI", "gh" + "o_" + alnum(36, mixed)}, {"CI", "gh" + "s_" + alnum(36, mixed)},
		{"CI", "github" + "_pat_" + alnum(22, mixed) + "_" + alnum(59, mixed)},
		{"CI", "gl" + "pat-" + alnum(20, mixed)}, {"CI", "gl" + "rt-" + alnum(20, mixed)}, {"CI", "gl" + "ptt-" + alnum(40, hex)},
		{"ID", "AK" + "IA" + alnum(16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")}, {"ID", "AS" + "IA" + alnum(16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")},
		{"AWS_SECRET_ACCESS_KEY", alnum(40, mixed)},
		{"CHAT", "xo" + "xb-" + alnum(12, digits) + "-" + alnum(12, digits) + "-" + alnum(24, mixed)},
		{"HOOK", "https://hooks." + "slack.com/services/T" + alnum(8, "ABCDEF0123") + "/B" + alnum(8, "ABCDEF0123") + "/" + alnum(24, mixed)},
		{"PAY", "sk" + "_live_" + alnum(24, mixed)}, {"PAY", "rk" + "_live_" + alnum(24, mixed)},
		{"MAPS", "AI" + "za" + alnum(35, mixed)}, {"REG", "np" + "m_" + alnum(36, mixed)}, {"REG", "pypi-" + "AgEIcHlwaS5vcmc" + alnum(70, mixed)},
		{"REG", "dckr" + "_pat_" + alnum(27, mixed)}, {"AI", "sk-" + "proj-" + alnum(74, mixed)}, {"AI", "sk-" + "ant-api03-" + alnum(95, mixed)},
		{"AI", "hf" + "_" + alnum(34, letters)}, {"MAIL", "SG" + "." + alnum(22, mixed) + "." + alnum(43, mixed)},
		{"V", "hv" + "s." + alnum(95, mixed)}, {"DO", "do" + "p_v1_" + alnum(64, hex)},
		{"AGE", "AGE-SECRET-" + "KEY-1" + alnum(58, "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L")},
		{"STORE", "DefaultEndpointsProtocol=https;AccountName=shop;Account" + "Key=" + alnum(86, mixed) + "==;EndpointSuffix=core.windows.net"},
		{"JWT", "ey" + "J" + alnum(33, mixed) + ".ey" + "J" + alnum(60, mixed) + "." + alnum(43, mixed)},
		{"DB_PASSWORD", alnum(20, mixed)}, {"MYSQL_ROOT_PASSWORD", alnum(24, mixed)}, {"API_KEY", alnum(32, hex)}, {"STRIPE_SECRET_KEY", alnum(32, mixed)},
		{"JWT_SECRET", alnum(64, hex)}, {"SESSION_SECRET", alnum(40, mixed)}, {"ACCESS_TOKEN", alnum(40, mixed)}, {"CLIENT_SECRET", alnum(40, mixed)},
		{"ENCRYPTION_KEY", alnum(32, mixed)}, {"DATADOG_API_KEY", alnum(32, hex)}, {"SECRET_KEY_BASE", alnum(128, hex)},
		{"DATABASE_URL", "postgres://shop:" + alnum(18, mixed) + "@db.example.org:5432/orders"}, {"AMQP", "amqps://u:" + alnum(22, mixed) + "@mq/vhost"},
	}
}

// friends look like credentials and are none: each must stay below high.
func friends() []variable {
	return []variable{
		{"DB_PASSWORD", ""}, {"DB_PASSWORD", "changeme"}, {"DB_PASSWORD", "${DB_PASSWORD}"}, {"DB_PASSWORD", "<your-password>"},
		{"DB_PASSWORD", "REPLACE_ME_WITH_A_LONG_PASSWORD_1"}, {"DB_PASSWORD", "xxxxxxxxxxxxxxxxxxxx"}, {"DB_PASSWORD", "********************"},
		{"DB_PASSWORD_FILE", "/run/secrets/db_password_2f9c"}, {"TLS_KEY_PATH", "/etc/tls/private/tls0.key"}, {"KEYSTORE", "/opt/keys/Release1.jks"},
		{"PRIVATE_KEY_FILE", "config/keys/server-2024.pem"}, {"SSH_AUTH_SOCK", "/tmp/ssh-XXXXabc123/agent.4711"}, {"AUTH_MODE", "token"},
		{"SIGNING_KEY_ALIAS", "upload-key-2024-A1b2C3d4"}, {"KEY_ID", "3f2a9c7d5e1b4086"}, {"AWS_KMS_KEY_ID", "1234abcd-12ab-34cd-56ef-1234567890ab"},
		{"KMS_KEY", "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}, {"KMS_KEY", "projects/p/locations/l/keyRings/r/cryptoKeys/k1"},
		{"TOKEN_URL", "https://id.example.org/realms/a1b2c3/token"}, {"TOKEN_TTL", "3600s"}, {"MAX_TOKENS", "128000"}, {"TOKENIZERS_PARALLELISM", "false"},
		{"PASSWORD_POLICY", "min12-upper1-lower1-digit1"}, {"PASSWORD_HASH_ALGO", "pbkdf2-sha512-210000"}, {"SECRET_NAME", "orders-db-credentials-7f9c2"},
		{"TLS_SECRET_NAME", "wildcard-example-org-tls-2024"}, {"SECRET_STORE", "vault-prod-eu1"}, {"USE_SECRET", "true"}, {"REQUIRE_TOKEN", "false"},
		{"CACHE_KEY", "v1"}, {"SORT_KEY", "created_at"}, {"PARTITION_KEY", "tenant-id-region-1"}, {"PRIMARY_KEY", "id"}, {"PUBLIC_KEY", alnum(44, mixed)},
		{"JWT_PUBLIC_KEY", "-----BEGIN PUBLIC KEY-----"}, {"SSH_PUBLIC_KEY", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI" + alnum(43, mixed) + " me@host"},
		{"CA", "-----BEGIN CERTIFICATE-----"}, {"CA_BUNDLE", base64.StdEncoding.EncodeToString([]byte("-----BEGIN CERTIFICATE-----\nMIIB" + alnum(60, mixed)))},
		{"GPG_KEY", alnum(40, "0123456789ABCDEF")}, {"SHA256", alnum(64, hex)}, {"TOOL_SHA512", alnum(128, hex)}, {"CHECKSUM", "sha256:" + alnum(64, hex)},
		{"IMAGE", "example.org/web@sha256:" + alnum(64, hex)}, {"COMMIT", alnum(40, hex)}, {"BUILD_ID", "3f2a9c7d-5e1b-4086-9c7d-5e1b40863f2a"},
		{"TENANT_ID", "3f2a9c7d-5e1b-4086-9c7d-5e1b40863f2a"}, {"CLIENT_ID", "3f2a9c7d5e1b40869c7d.apps.example.org"}, {"DATABASE_URL", "postgres://db.example.org:5432/orders"},
		{"DATABASE_URL", "postgres://shop:$(DB_PASSWORD)@db/orders"}, {"DATABASE_URL", "postgres://shop:${DB_PASSWORD}@db/orders"},
		{"DATABASE_URL", "postgres://postgres:postgres@localhost:5432/postgres"}, {"REDIS_URL", "redis://redis:6379/0"}, {"SENTRY_DSN", "https://public@o1.ingest.example.org/2"},
		{"PROXY", "http://proxy.example.org:3128"}, {"AWS_ACCESS_KEY_ID", "AK" + "IAIOSFODNN7EXAMPLE"}, {"AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCY" + "EXAMPLEKEY"},
		{"FEATURE_TOKEN_REFRESH", "enabled-for-all-users-2024"}, {"AUTHOR", "Jane Doe"}, {"KEYBOARD_LAYOUT", "de-latin1-nodeadkeys"}, {"MONKEY_PATCH", "eventlet1.2.3-abcdef"},
		{"VAULT_TOKEN", "vault:secret/data/web#token1"}, {"API_KEY", "{{ .Values.apiKey1234567890 }}"}, {"API_KEY", "dummy-api-key-for-tests-1234"}, {"ADMIN_PASSWORD", "admin"},
		{"POSTGRES_PASSWORD", "postgres"}, {"MINIO_SECRET_KEY", "minioadmin"}, {"SECRET_KEY", "insecure-dev-key-do-not-use-1"}, {"SERVICE_ACCOUNT_TOKEN", "/var/run/secrets/kubernetes.io/serviceaccount/token"},
	}
}

// worst returns the highest severity of the rules about secrets in a file.
func worst(t *testing.T, name, text string, ids ...string) rule.Severity {
	t.Helper()
	p, err := facts.Load(context.Background(), facts.Sources{Repo: source.OpenFS(fstest.MapFS{name: {Data: []byte(text)}})})
	require.NoError(t, err)
	all := rules.All()
	var configured []rule.Configured
	for i := range all {
		if slices.Contains(ids, all[i].ID) {
			configured = append(configured, rule.Configured{Rule: &all[i]})
		}
	}
	found, err := rule.Run(configured, p, time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC))
	require.NoError(t, err)
	highest := rule.Unset
	for _, f := range found {
		highest = max(highest, f.Severity)
	}
	return highest
}

// places are where a variable can stand, each with the rule that reads it.
var places = []struct {
	id, file string
	text     func(v variable) string
}{
	{"TW-D015", "Dockerfile", func(v variable) string { return fmt.Sprintf("FROM debian:12\nENV %s=%q\n", v.name, v.value) }},
	{"TW-D015", "Dockerfile", func(v variable) string { return fmt.Sprintf("FROM debian:12\nARG %s='%s'\n", v.name, v.value) }},
	{"TW-D015", "Dockerfile", func(v variable) string {
		return fmt.Sprintf("FROM debian:12\nRUN export %s='%s' && make\n", v.name, v.value)
	}},
	{"TW-K026", "web.yaml", func(v variable) string {
		return fmt.Sprintf("apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - name: web\n    image: example.org/web:1\n    env:\n    - {name: %s, value: %q}\n", v.name, v.value)
	}},
	{"TW-K027", "web.yaml", func(v variable) string {
		return fmt.Sprintf("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata:\n  %s: %q\n", v.name, v.value)
	}},
	{"TW-K040", "web.yaml", func(v variable) string {
		return fmt.Sprintf("apiVersion: v1\nkind: Secret\nmetadata: {name: web}\ndata:\n  %s: %s\n", v.name, base64.StdEncoding.EncodeToString([]byte(v.value)))
	}},
}

func TestSecretsAreFoundByTheirValue(t *testing.T) {
	for _, p := range places {
		for _, v := range leaks() {
			require.GreaterOrEqual(t, worst(t, p.file, p.text(v), p.id), rule.High, "%s %s=%s", p.id, v.name, v.value)
		}
	}
}

func TestWhatOnlyLooksSecretIsNeverHigh(t *testing.T) {
	for _, p := range places {
		for _, v := range friends() {
			require.Less(t, worst(t, p.file, p.text(v), p.id), rule.High, "%s %s=%s", p.id, v.name, v.value)
		}
	}
}
