package credential_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/rules/credential"
)

func TestMask(t *testing.T) {
	token := "gh" + "p_" + strings.Repeat("aB3", 12)
	stars := strings.Repeat("*", len(token))
	for text, want := range map[string]string{
		`unknown field "` + token + `"`:                `unknown field "` + stars + `"`,
		token + " and " + token:                        stars + " and " + stars,
		"https://user:hünter22@x.io/a":                 "https://user:********@x.io/a",
		"https://x:" + token + "@h and ssh://a:bcd@h":  "https://x:" + stars + "@h and ssh://a:***@h",
		"https://$USER:$PASS@x.io/a":                   "https://$USER:$PASS@x.io/a",
		"debian:12@sha256:" + strings.Repeat("0f", 32): "debian:12@sha256:" + strings.Repeat("0f", 32),
		"the image runs as root":                       "the image runs as root",
		"":                                             "",
	} {
		require.Equal(t, want, credential.Mask(text))
	}
}

func TestMaskLine(t *testing.T) {
	pem := strings.Repeat("aB3/", 12)
	for line, want := range map[string]string{
		`  password: "hunter-2`:                       `  password: "********`,
		`ENV DB_PASSWORD=hunter22 A=b`:                `ENV DB_PASSWORD=******** A=b`,
		`ENV DB_PASSWORD hunter22`:                    `ENV DB_PASSWORD ********`,
		`{"apiToken": "abcd-efgh", "b": "c"}`:         `{"apiToken": "*********", "b": "c"}`,
		`RUN curl -u admin:hunter22 https://x`:        `RUN curl -u admin:******** https://x`,
		`RUN echo "root:hunter22" | chpasswd`:         `RUN echo "root:********" | chpasswd`,
		`RUN mysql -phunter22 -u root`:                `RUN mysql -p******** -u root`,
		pem:                                           strings.Repeat("*", len(pem)),
		`automountServiceAccountToken: true`:          `automountServiceAccountToken: true`,
		`ENV DB_PASSWORD=$PASSWORD`:                   `ENV DB_PASSWORD=$PASSWORD`,
		`secretName: web-tls`:                         `secretName: web-tls`,
		`- --token-ttl=24h`:                           `- --token-ttl=24h`,
		`image: a@sha256:` + strings.Repeat("0f", 32): `image: a@sha256:` + strings.Repeat("0f", 32),
		`  value: hunter22`:                           `  value: hunter22`,
	} {
		got := credential.MaskLine(line, "")
		require.Equal(t, want, got)
		require.Equal(t, utf8.RuneCountInString(line), utf8.RuneCountInString(got), "columns stay")
	}
	require.Equal(t, `  value: "********"`, credential.MaskLine(`  value: "hunter22"`, "- name: c\n\n- name: DB_PASSWORD"))
	require.Equal(t, `  value: "hunter22"`, credential.MaskLine(`  value: "hunter22"`, "- name: GREETING"))
}
