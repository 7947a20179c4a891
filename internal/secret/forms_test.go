package secret

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"hash/crc32"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// planted is one secret of one form, as a file of its kind holds it.
type planted struct{ what, file, text, value string }

const (
	base64s = alnum + "+/"
	letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	token   = alnum + "_-"
)

// checked makes a token with the checksum that GitHub and npm give theirs.
func checked(prefix string) string {
	body := random(prefix, alnum, 30)
	return prefix + body + base62(crc32.ChecksumIEEE([]byte(body)), 6)
}

func b64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

// webToken is a JSON web token with a signature by nobody's key.
func webToken() string {
	return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." +
		base64.RawURLEncoding.EncodeToString([]byte(`{"sub":"`+random("sub", digits, 10)+`","iat":1760000000}`)) + "." + random("sig", token, 43)
}

func keyOf(t testing.TB, kind string, der []byte) string {
	t.Helper()
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

// keys are private keys, made here and used nowhere.
func keys(t testing.TB) (rsaKey, ecKey string) {
	t.Helper()
	r, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	e, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	der, err := x509.MarshalECPrivateKey(e)
	require.NoError(t, err)
	return keyOf(t, "RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(r)), keyOf(t, "EC PRIVATE KEY", der)
}

// wrapped breaks base64 as armour does.
func wrapped(seed string, n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(random(fmt.Sprint(seed, i), base64s, 64) + "\n")
	}
	return b.String()
}

// simple is a form that stands in a line of its own kind of file.
func simple(what, file, format, value string) planted {
	return planted{what, file, fmt.Sprintf(format, value), value}
}

// forms are the secrets that must be found: each is drawn at random, and put
// together from pieces, so that nobody's scanner takes this file for a leak.
func forms(t testing.TB) []planted {
	rsaKey, ecKey := keys(t)
	google, err := json.Marshal(map[string]string{"type": "service_account", "project_id": "shop", "private_key_id": random("kid", hexa, 40),
		"private_key": rsaKey, "client_email": "a@shop.iam.gserviceaccount.com"})
	require.NoError(t, err)
	pg := "-----BEGIN PGP PRIVATE KEY" + " BLOCK-----\n\n" + wrapped("pgp", 12) + "=abCd\n-----END PGP PRIVATE KEY BLOCK-----\n"
	ssh := "-----BEGIN OPENSSH PRIVATE" + " KEY-----\n" + wrapped("ssh", 5) + "-----END OPENSSH PRIVATE KEY-----\n"
	out := []planted{
		{"RSA key", "app/server.key", rsaKey, ""}, {"EC key", "app/ec.pem", ecKey, ""}, {"PKCS #8 key", "app/key.pem", private(t), ""},
		{"SSH key", "root/.ssh/id_rsa", ssh, ""}, {"PGP key", "app/signing.asc.txt", pg, ""},
		{"GCP service account", "app/gcp.json", string(google), ""},
		{"PuTTY key", "app/login.ppk", "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: me\nPublic-Lines: 1\n" + random("pub", base64s, 64) + "\nPrivate-Lines: 1\n" + random("ppk", base64s, 48) + "\n", ""},
		{"OpenVPN key", "etc/openvpn/ta.key", "-----BEGIN OpenVPN Static" + " key V1-----\n" + random("ovpn", hexa, 32) + "\n" + random("ovpn2", hexa, 32) + "\n-----END OpenVPN Static key V1-----\n", ""},
		simple("kubeconfig key", "root/.kube/config", "users:\n- name: a\n  user:\n    client-key-data: %s\n", b64(rsaKey)),
	}
	out = append(out, cloudForms()...)
	out = append(out, serviceForms()...)
	return append(out, fileForms()...)
}

func cloudForms() []planted {
	return []planted{
		simple("AWS key id", "root/.aws/config", "aws_access_key_id = %s\n", "AKIA"+random("aws", upper, 16)),
		simple("AWS temporary key id", "app/a.txt", "id %s\n", "ASIA"+random("asia", upper, 16)),
		simple("AWS secret key", "root/.aws/credentials", "[default]\naws_secret_access_key = %s\n", random("awss", base64s, 40)),
		simple("AWS secret key in JSON", "app/c.json", `{"SecretAccessKey": "%s"}`, random("awsj", base64s, 40)),
		simple("GCP API key", "app/a.js", "key: '%s'\n", "AIza"+random("gcp", token, 34)+"a"),
		simple("GCP client secret", "app/a.json", `{"client_secret":"%s"}`, "GOC"+"SPX-"+random("goc", token, 28)),
		simple("GCP refresh token", "app/adc.json", `{"refresh_token": "%s"}`, "1/"+"/0"+random("grt", token, 60)),
		simple("Azure storage key", "app/.env", "C=DefaultEndpointsProtocol=https;AccountName=a;AccountKey=%s;EndpointSuffix=core.windows.net\n", random("az", base64s, 86)+"=="),
		simple("Azure client secret", "app/az.json", `{"password": "%s"}`, random("az1", alnum, 3)+"8Q~"+random("az2", token, 34)),
		simple("Azure SAS", "app/az.txt", "https://a.blob.core.windows.net/c?sv=2024-01-01&se=2027&sig=%s\n", random("sas", alnum, 43)+"%3D"),
		simple("Azure DevOps", "app/az2.txt", "%s\n", random("azdo", alnum, 76)+"AZDO"+random("azdo2", alnum, 4)),
		simple("DigitalOcean", "app/do.txt", "token %s\n", "do"+"p_v1_"+random("do", hexa, 64)),
		simple("Heroku", "app/.env", "HEROKU_API_KEY=%s\n", random("h1", hexa, 8)+"-"+random("h2", hexa, 4)+"-4"+random("h3", hexa, 3)+"-a"+random("h4", hexa, 3)+"-"+random("h5", hexa, 12)),
		simple("Cloudflare", "app/.env", "CLOUDFLARE_API_TOKEN=%s\n", random("cf", token, 39)+"a"),
		simple("Datadog", "app/.env", "DD_API_KEY=%s\n", random("dd", hexa, 32)),
		simple("New Relic", "app/nr.txt", "%s\n", "NR"+"AK-"+random("nr", "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 27)),
		simple("Tailscale", "app/ts.txt", "%s\n", "ts"+"key-auth-"+random("ts", alnum, 16)+"-"+random("ts2", alnum, 32)),
		simple("Alibaba", "app/ali.txt", "id: %s\n", "LT"+"AI"+random("ali", alnum, 20)),
	}
}

func serviceForms() []planted {
	return []planted{
		simple("GitHub classic", "app/a.txt", "%s\n", checked("gh"+"p_")), simple("GitHub OAuth", "app/a.txt", "%s\n", checked("gh"+"o_")),
		simple("GitHub app user", "app/a.txt", "%s\n", checked("gh"+"u_")), simple("GitHub app", "app/a.txt", "%s\n", checked("gh"+"s_")),
		simple("GitHub refresh", "app/a.txt", "%s\n", checked("gh"+"r_")),
		simple("GitHub fine-grained", "app/a.txt", "%s\n", "github"+"_pat_"+random("f1", alnum, 22)+"_"+random("f2", alnum, 59)),
		simple("GitLab", "app/a.txt", "%s\n", "gl"+"pat-"+random("gl", alnum, 20)), simple("GitLab runner", "app/a.txt", "%s\n", "gl"+"rt-"+random("glr", alnum, 20)),
		simple("Slack bot", "app/a.txt", "%s\n", "xo"+"xb-"+random("x1", digits, 12)+"-"+random("x2", digits, 13)+"-"+random("x3", alnum, 24)),
		simple("Slack webhook", "app/a.txt", "%s\n", "https://hooks."+"slack.com/services/T"+random("s1", upper, 8)+"/B"+random("s2", upper, 8)+"/"+random("s3", alnum, 24)),
		simple("Stripe", "app/a.txt", "%s\n", "sk"+"_live_"+random("st", alnum, 24)), simple("Stripe restricted", "app/a.txt", "%s\n", "rk"+"_live_"+random("str", alnum, 24)),
		simple("Stripe webhook", "app/a.txt", "%s\n", "wh"+"sec_"+random("wh", alnum, 32)),
		simple("Twilio", "app/a.txt", "%s\n", "S"+"K"+random("tw", hexa, 32)), simple("Twilio token", "app/.env", "TWILIO_AUTH_TOKEN=%s\n", random("twt", hexa, 32)),
		simple("SendGrid", "app/a.txt", "%s\n", "S"+"G."+random("sg1", token, 22)+"."+random("sg2", token, 42)+"a"),
		simple("npm", "app/a.txt", "%s\n", checked("np"+"m_")), simple("PyPI", "app/a.txt", "%s\n", "pypi-"+"AgEIcHlwaS5vcmc"+random("py", token, 69)+"a"),
		simple("Docker Hub", "app/a.txt", "%s\n", "dckr"+"_pat_"+random("dk", token, 26)+"a"), simple("JSON web token", "app/a.txt", "%s\n", webToken()),
		simple("Vault", "app/a.txt", "%s\n", "hv"+"s."+random("hv", token, 94)+"a"), simple("Terraform", "root/.terraformrc", "token = \"%s\"\n", random("tf", alnum, 14)+".atlas"+"v1."+random("tf2", alnum, 64)),
		simple("OpenAI", "app/a.txt", "%s\n", "sk-"+"proj-"+random("oa", alnum, 74)), simple("OpenAI, old", "app/a.txt", "%s\n", "sk-"+random("oa2", alnum, 20)+"T3Blbk"+"FJ"+random("oa3", alnum, 20)),
		simple("Anthropic", "app/a.txt", "%s\n", "sk-"+"ant-api03-"+random("an", token, 93)+"AA"), simple("Hugging Face", "app/a.txt", "%s\n", "hf"+"_"+random("hf", letters, 34)),
		simple("Telegram", "app/a.txt", "%s\n", random("tg", digits, 10)+":A"+"A"+random("tg2", token, 32)+"a"), simple("Mailgun", "app/a.txt", "%s\n", "ke"+"y-"+random("mg", hexa, 32)),
		simple("Mailchimp", "app/a.txt", "%s\n", random("mc", hexa, 32)+"-us"+"12"), simple("Shopify", "app/a.txt", "%s\n", "shp"+"at_"+random("sh", hexa, 32)),
		simple("Databricks", "app/a.txt", "%s\n", "da"+"pi"+random("db", hexa, 32)), simple("Postman", "app/a.txt", "%s\n", "PM"+"AK-"+random("pm", hexa, 24)+"-"+random("pm2", hexa, 34)),
		simple("RubyGems", "app/a.txt", "%s\n", "ruby"+"gems_"+random("rg", hexa, 48)), simple("Grafana", "app/a.txt", "%s\n", "gl"+"sa_"+random("gr", alnum, 32)+"_"+random("gr2", hexa, 8)),
		simple("Linear", "app/a.txt", "%s\n", "lin"+"_api_"+random("li", alnum, 40)), simple("Doppler", "app/a.txt", "%s\n", "dp."+"pt."+random("dp", alnum, 43)),
		simple("Pulumi", "app/a.txt", "%s\n", "pu"+"l-"+random("pu", hexa, 40)), simple("PlanetScale", "app/a.txt", "%s\n", "pscale"+"_pw_"+random("ps", alnum, 43)),
		simple("age", "app/keys.txt", "%s\n", "AGE-SECRET-"+"KEY-1"+random("age", "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", 58)),
		simple("Discord webhook", "app/a.txt", "https://discord.com/api/webhooks/123456789012345678/%s\n", random("dc", token, 67)+"a"),
		simple("Atlassian", "app/a.txt", "%s\n", "ATATT3x"+"FfGF0"+random("at", token, 179)+"="+random("at2", "ABCDEF0123456789", 8)),
		simple("Sonar", "app/a.txt", "%s\n", "sq"+"p_"+random("so", hexa, 40)), simple("Crates", "app/a.txt", "token = \"%s\"\n", "ci"+"o"+random("ci", alnum, 32)),
		simple("NuGet", "app/a.txt", "%s\n", "oy"+"2"+random("nu", lower, 43)),
	}
}

func fileForms() []planted {
	pw := random("pw", alnum, 18)
	return []planted{
		simple("docker config", "root/.docker/config.json", `{"auths":{"ghcr.io":{"auth":"%s"}}}`, b64("robot:"+pw)),
		simple("npmrc token", "root/.npmrc", "//registry.npmjs.org/:_authToken=%s\n", random("u1", hexa, 8)+"-"+random("u2", hexa, 4)+"-"+random("u3", hexa, 4)+"-"+random("u4", hexa, 4)+"-"+random("u5", hexa, 12)),
		simple("npmrc login", "root/.npmrc", "_auth=%s\n", b64("me:"+pw)),
		simple("PostgreSQL URL", "app/db.txt", "postgres://shop:%s@db.internal:5432/shop\n", pw), simple("MySQL URL", "app/db.txt", "mysql://root:%s@db/shop\n", pw),
		simple("MongoDB URL", "app/db.txt", "mongodb+srv://u:%s@c0.mongodb.net/x\n", pw), simple("Redis URL", "app/db.txt", "redis://:%s@cache:6379/0\n", pw),
		simple("AMQP URL", "app/db.txt", "amqps://u:%s@mq/v\n", pw), simple("pip.conf", "etc/pip.conf", "[global]\nindex-url = https://ci:%s@pypi.internal/simple\n", pw),
		simple("git-credentials", "root/.git-credentials", "https://me:%s@github.com\n", pw), simple(".netrc", "root/.netrc", "machine api.heroku.com login me@x.io password %s\n", pw),
		simple(".pgpass", "root/.pgpass", "db:5432:shop:shop:%s\n", pw), simple("my.cnf", "root/.my.cnf", "[client]\nuser=root\npassword=%s\n", pw),
		simple("htpasswd", "etc/nginx/.htpasswd", "me:%s\n", "$apr1$"+random("s1", alnum, 8)+"$"+random("s2", alnum, 22)), simple("htpasswd, bcrypt", "etc/nginx/.htpasswd", "me:%s\n", "$2y$10$"+random("bc", alnum, 53)),
		simple("shadow", "etc/shadow", "deploy:%s:19000:0:99999:7:::\n", "$6$"+random("s3", alnum, 12)+"$"+random("s4", alnum, 86)),
		simple("JDBC", "app/a.properties", "url=jdbc:mysql://db/shop?user=shop&password=%s\n", pw), simple("Spring", "app/application.properties", "spring.datasource.password=%s\n", pw),
		simple("Spring YAML", "app/application.yml", "spring:\n  datasource:\n    password: %s\n", pw), simple("ADO", "app/appsettings.json", `{"Db": "Server=db;Database=shop;User Id=sa;Password=%s;"}`, pw),
		simple("wp-config", "var/www/wp-config.php", "define( 'DB_PASSWORD', '%s' );\n", pw), simple("wp-config salt", "var/www/wp-config.php", "define('AUTH_KEY', '%s');\n", random("wp", alnum+"!@#$^*-_", 64)),
		simple("Django", "app/settings.py", "SECRET_KEY = '%s'\n", random("dj", lower+"!@#$^*-_=+", 50)), simple("Rails master key", "app/config/master.key", "%s\n", random("rm", hexa, 32)),
		simple("Rails secret base", "app/.env", "SECRET_KEY_BASE=%s\n", random("rs", hexa, 128)), simple("Laravel", "app/.env", "APP_KEY=base64:%s\n", random("la", base64s, 43)+"="),
		simple("basic authorization", "app/curl.txt", "Authorization: Basic %s\n", b64("me:"+pw)), simple("bearer", "app/curl.txt", "Authorization: Bearer %s\n", random("be", alnum, 40)),
		simple("WireGuard", "etc/wireguard/wg0.conf", "[Interface]\nPrivateKey = %s\n", random("wg", base64s, 42)+"A="), simple("Maven", "root/.m2/settings.xml", "<server><password>%s</password></server>", pw),
		simple("dotenv", "app/.env", "DB_PASSWORD=%s\n", pw), simple("ini", "app/app.ini", "[db]\nsecret = \"%s\"\n", pw), simple("JSON", "app/config.json", `{"apiToken": "%s"}`, pw),
		simple("YAML", "app/config.yaml", "auth:\n  client_secret: %s\n", pw), simple("tfvars", "app/prod.tfvars", "db_password = \"%s\"\n", pw), simple("pypirc", "root/.pypirc", "[pypi]\nusername = me\npassword = %s\n", pw),
		simple("chpasswd", "app/setup.sh", "echo 'root:%s' | chpasswd\n", pw), simple("sshpass", "app/deploy.sh", "sshpass -p '%s' ssh me@host\n", pw),
	}
}

// Of the forms at least 95 % must be found, where they stand in files of their
// kind; this test wants all.
func TestForms(t *testing.T) {
	all := forms(t)
	require.GreaterOrEqual(t, len(all), 60)
	missed := 0
	for _, f := range all {
		found := search(t, f.file, []byte(f.text), Guessed)
		hit := len(found) > 0
		for _, s := range found {
			require.NotContains(t, fmt.Sprintf("%+v", s), f.text[s.Start:s.End], "%s: a value must not be kept", f.what)
			require.False(t, s.Doubtful, f.what)
			if f.value != "" {
				require.True(t, strings.Contains(f.value, f.text[s.Start:s.End]) || strings.Contains(f.text[s.Start:s.End], f.value), "%s: %s points elsewhere: %q", f.what, s.Detector, f.text[s.Start:s.End])
			}
		}
		if !hit {
			missed++
			t.Errorf("missed: %s in %s: %.90q", f.what, f.file, f.text)
		}
	}
	t.Logf("%d of %d forms found", len(all)-missed, len(all))
}

// The same secrets are found in the middle of a large text, at any place in the
// parts that it is read by.
func TestFormsInStream(t *testing.T) {
	all := forms(t)
	var body bytes.Buffer
	want := 0
	for i, f := range all {
		if strings.HasSuffix(f.file, ".txt") {
			want++
			body.WriteString(strings.Repeat(fmt.Sprintf("line %d of a log\n", i), 3000) + f.text)
		}
	}
	require.Greater(t, body.Len(), 2*MaxWindowBytes)
	found, _, err := searcher(t).Stream("var/log/app.txt", bytes.NewReader(body.Bytes()), Guessed, budget)
	require.NoError(t, err)
	whole, _ := searcher(t).Search("var/log/app.txt", body.Bytes(), Guessed, budget)
	require.Len(t, found, len(whole))
	require.GreaterOrEqual(t, len(found), want-6, "several share a password")
	lines := map[string]int{}
	for _, f := range whole {
		lines[f.Digest] = f.Line
	}
	for _, f := range found {
		require.Equal(t, lines[f.Digest], f.Line, f.Detector)
	}
}
