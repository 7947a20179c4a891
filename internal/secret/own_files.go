package secret

import (
	"bytes"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
)

// files are credentials in the files of well-known programs.
func files() []detector {
	return []detector{
		form("encoded-private-key", "private key in base64", `(LS0tLS1CRUdJTi[A-Za-z0-9+/]{64,}={0,2})`, followed(64, func(c byte) bool { return isAlnum(c) || c == '+' || c == '/' }), "ls0tls1crudjti").checked(encodedKey).long(),
		form("putty-private-key", "PuTTY private key", `\bPrivate-Lines:\s{0,4}\d{1,4}\s{1,4}([A-Za-z0-9+/=]{20,})`, nil, "private-lines"),
		form("openvpn-static-key", "OpenVPN static key", `-----BEGIN OpenVPN Static key V1-----\s+([0-9a-fA-F\s]{64,})`, nil, "-----begin openvpn").random(3).long(),
		form("wireguard-key", "WireGuard key", `(?i)\b(?:PrivateKey|PresharedKey)\s{0,4}=\s{0,4}([A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=)(?:[^A-Za-z0-9+/=]|$)`, assigned(40), "privatekey", "presharedkey").random(4),
		form("docker-config-auth", "registry login", `"auth"\s{0,8}:\s{0,8}"([A-Za-z0-9+/]{12,}={0,2})"`, nil, `"auth"`).checked(userPassword),
		form("npm-auth-token", "npm registry token", `:_authToken\s?=\s?["']?([^\s"'$]{16,})`, nil, ":_authtoken").random(3),
		named("npm-auth", "npm registry login", `(?m)^\s{0,8}(?://\S{1,200}:)?_(?:auth|password)\s?=\s?["']?([A-Za-z0-9+/]{8,}={0,2})`, nil, "_auth", "_password").in(`(?:^|/)\.?npmrc$`).checked(password),
		named("netrc", "login in .netrc", `\bmachine\s+\S{1,200}\s+login\s+\S{1,200}\s+password\s+(\S{4,200})`, nil, "machine"),
		named("pgpass", "PostgreSQL password", `(?m)^[^#:\s][^:\n]{0,200}:(?:\d{1,5}|\*):[^:\n]{1,100}:[^:\n]{1,100}:(\S{4,200})$`, nil).in(`(?:^|/)(?:\.pgpass|pgpass\.conf)$`),
		named("mysql-option", "MySQL password", `(?m)^\s{0,8}password\s{0,4}=\s{0,4}["']?([^\s"'#]{4,200})`, nil).in(`(?:^|/)(?:\.?my|\.mylogin|debian)\.cnf$`),
		named("rails-master-key", "Rails master key", `\A\s{0,4}([0-9a-f]{32})\s{0,4}\z`, nil).in(`(?:^|/)config/(?:master|credentials/[\w-]+)\.key$`),
		named("password-hash", "hash of a password", `(?m)^[A-Za-z0-9_.@-]{1,64}:(\$(?:apr1|1|2[abxy]?|5|6|7|y|gy)\$[./A-Za-z0-9$,=+-]{20,200}|\{SHA\}[A-Za-z0-9+/]{27}=)(?::|\s|$)`, nil, ":$apr1$", ":$1$", ":$2$", ":$2a$", ":$2b$", ":$2x$", ":$2y$", ":$5$", ":$6$", ":$7$", ":$y$", ":$gy$", ":{sha}"),
		named("wordpress-config", "WordPress secret", `define\(\s{0,4}['"](?:DB_PASSWORD|(?:AUTH|SECURE_AUTH|LOGGED_IN|NONCE)_(?:KEY|SALT))['"]\s{0,4},\s{0,4}(?:'([^'\n]{6,200})'|"([^"\n]{6,200})")`, nil, "db_password'", `db_password"`, "auth_key'", "auth_salt'", "logged_in_key'", "nonce_key'", "logged_in_salt'", "nonce_salt'").checked(written),
		named("django-secret-key", "Django secret key", `(?m)\bSECRET_KEY\s{0,4}=\s{0,4}(?:'([^'\n]{20,200})'|"([^"\n]{20,200})")`, nil, "secret_key").random(3.5).checked(written),
		named("maven-password", "password in XML settings", `<(?:password|passphrase|Password|secret|apiKey)>([^<\s${]{4,200})</`, nil, "<password>", "<passphrase>", "<secret>", "<apikey>").checked(written),
	}
}

// logins are users with their passwords, as programs hand them to each other.
func logins() []detector {
	return []detector{
		named("url-password", "password in a URL", `\b[a-zA-Z][a-zA-Z0-9+.-]{1,30}://[^\s/:@"'<>\\]{0,200}:([^\s/@"'<>\\]{3,200})@[A-Za-z0-9\[$%{]`, hasUserinfo, "://").checked(written),
		named("jdbc-password", "password in a JDBC URL", `\bjdbc:[^\s"'<>]{1,500}[?&;](?i:password|pwd)=([^&;\s"'<>]{4,200})`, nil, "jdbc:").checked(written),
		named("oracle-password", "password in an Oracle URL", `\bjdbc:oracle:thin:[^/\s"']{1,100}/([^@\s"']{4,200})@`, nil, "jdbc:oracle").checked(written),
		named("connection-string", "password in a connection string", `(?i)\b(?:server|data source|host|user id|uid|user|username|initial catalog|database)\s?=[^;"'\n]{1,200};[^"'\n]{0,400}?\b(?:password|pwd)\s?=\s?([^;"'\s]{4,200})`, nil, "password=", "pwd=", "password =").checked(written),
		named("basic-auth", "basic authorization", `(?i)\bauthorization["']?\s{0,4}[=:,]\s{0,4}["']?basic\s{1,4}([A-Za-z0-9+/]{8,}={0,2})`, nil, "basic ").checked(userPassword),
		named("bearer-token", "bearer token", `(?i)\bauthorization["']?\s{0,4}[=:,]\s{0,4}["']?bearer\s{1,4}([A-Za-z0-9._~+/-]{20,1000}=*)`, followed(20, func(c byte) bool { return isToken(c) || c == '.' || c == '~' || c == '+' || c == '/' || c == ' ' }), "bearer ").random(3.5).checked(strong),
		named("login-option", "password on a command line", `(?:\bsshpass\s+-p\s{0,2}["']?([^\s"'$]{4,200})|\becho\s+["']?[\w.-]{1,64}:([^\s"'$|]{4,200})["']?\s{0,4}\|\s{0,4}chpasswd|\bmysql(?:dump|admin)?\b[^\n|;]{0,200}?\s-p([^\s"'$-][^\s"'$]{4,200}))`, nil, "sshpass", "chpasswd", "mysql").checked(written),
		named("login-command", "password on a command line", `\b(?:docker|podman|helm registry|buildah|skopeo|az|oras|crane)\s+(?:auth\s+)?login\b[^\n|;]{0,200}?\s(?:-p|--password)[= ]{1,2}["']?([^\s"'$-][^\s"'$]{5,200})`, nil, "login").checked(strong),
	}
}

// guesses are random values with a telling name in files of settings.
func guesses() []detector {
	d := named("secret-setting", "value with a telling name",
		`(?im)(?:^|[\s"'{,;&?.\[(|-])[\w.-]{0,60}(?:passwd|password|passphrase|passwort|pwd|secret|token|api_?key|apikey|access_?key|private_?key|signing_?key|encryption_?key|secret_?key|credentials?|_pass|_auth)["']?(?:\s{0,4}(?::=|=>|=|:)\s{0,4})(?:"([^"\s]{8,200})"|'([^'\s]{8,200})'|([^\s"'#,;&{}\[\]]{8,200}))`,
		assigned(1), "passw", "passphrase", "pwd", "secret", "token", "key", "credential", "_pass", "_auth")
	d.certainty = Guessed
	d.file = settings
	return []detector{d.checked(guess)}
}

var (
	// elsewhere is a value that says where the secret is.
	elsewhere = lazyregexp.New(`(?i)^(?:\.{0,2}/|~/|file:|vault:|secret:|ref\+|arn:|projects/|gcpsm:|awssm:|env:|https?://|sha\d+[:-]|[a-z0-9-]+(?:\.[a-z0-9-]+)+$|[a-z]+(?:[-_.][a-z]+)*[-_.]?\d{0,4}$|\d+$|[a-z0-9]{8}-(?:[a-z0-9]{4}-){3}[a-z0-9]{12}$|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$|enc\[|ssh-|begin )`)
	// program is a value that is an expression.
	program = lazyregexp.New(`[(){}\[\]<>\\|` + "`" + `]|::|->|=>|\w\.\w+\.|^[$%&*]|==|\.\.`)
)

// guess reports whether a value beside a telling name is most likely a secret.
func guess(v string) bool {
	return strong(v) && !elsewhere.MatchString(v) && !program.MatchString(v)
}

// notElsewhere reports whether a value is no reference to where the secret is, and
// not the login of a manual in base64.
func notElsewhere(v string) bool {
	if plain, err := decode(v); err == nil && printable(plain) && strings.Contains(plain, ":") && !userPassword(v) {
		return false
	}
	return !elsewhere.MatchString(v)
}

// written reports whether a password is written out, as far as its name does not
// say already.
func written(v string) bool {
	return len(v) >= 4 && !Placeholder(v) && !bytes.ContainsAny([]byte(v), "{}()") && v[0] != '$' && v[0] != '%' && v[0] != ':'
}

// hasUserinfo reports whether a user, a password and an @ follow "://".
func hasUserinfo(text []byte, _, end int) bool {
	colon := false
	for i, stop := end, min(len(text), end+400); i < stop; i++ {
		switch c := text[i]; {
		case c == ':':
			colon = true
		case c == '@':
			return colon
		case c <= ' ' || c == '/' && !colon || c == '"' || c == '\'' || c == '<' || c == '>' || c == '?' || c == '#' && !colon || c == '`' || c == ')':
			return false
		}
	}
	return false
}
