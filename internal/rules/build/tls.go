package build

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/dockerfile/flow"
	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// place is a word that does something wrong, what it does, and the check of
// checkov that finds the same, "" for none.
type place struct {
	at      source.Span
	what    string
	checkov string
}

// found makes a place with checkov's number for it.
func found(at source.Span, what, number string, same bool) place {
	if number == "" || !same {
		return place{at, what, ""}
	}
	return place{at, what, "checkov:CKV2_DOCKER_" + number}
}

// tlsVariables switch verification off where they have the given value.
func tlsVariable(name, value string) bool {
	value = strings.ToLower(value)
	off := value == "0" || value == "false" || value == "off" || value == "no"
	on := value == "1" || value == "true" || value == "yes"
	switch strings.ToUpper(name) {
	case "NODE_TLS_REJECT_UNAUTHORIZED", "PYTHONHTTPSVERIFY", "NPM_CONFIG_STRICT_SSL", "YARN_ENABLE_STRICT_SSL", "CONDA_SSL_VERIFY", "GIT_SSL_VERIFY":
		return off
	case "GIT_SSL_NO_VERIFY", "GIT_CURL_NO_VERIFY":
		return value != "" // git asks only whether it is set
	case "COMPOSER_DISABLE_TLS", "CURL_INSECURE", "HELM_KUBEINSECURE_SKIP_TLS_VERIFY":
		return on
	case "PIP_TRUSTED_HOST", "GOINSECURE", "UV_INSECURE_HOST":
		return value != "" && !local(value)
	}
	return false
}

// tlsOff finds the words of a command that switch the verification of
// certificates off.
func tlsOff(c *dockerfile.Command) []place {
	var out []place
	for _, p := range c.Env {
		if tlsVariable(p.Key.Value, p.Value.Value) {
			number, same := tlsVariableNumber(p)
			end := p.Value.At.End.Offset
			if number == "14" || number == "16" {
				same = true
			} else if text := p.Value.At.File.Text; end >= len(text) || text[end] != ' ' {
				same = false // checkov looks for the blank after it
			}
			out = append(out, found(p.Key.At, p.Key.Value+"="+p.Value.Value, number, same))
		}
	}
	name, args := tool(c)
	add := func(w dockerfile.Word) {
		number, same := tlsWordNumber(c, w)
		out = append(out, found(w.At, name+" "+w.Value, number, same))
	}
	switch name {
	case "curl", "wget":
		out = append(out, downloaderTLS(c)...)
	case "pip", "uv", "pipenv", "poetry":
		for i, a := range args {
			host, ok := strings.CutPrefix(a.Value, "--trusted-host=")
			if !ok && (a.Value == "--trusted-host" || strings.HasSuffix(a.Value, ".trusted-host") || a.Value == "--allow-insecure-host") && i+1 < len(args) {
				host, ok = args[i+1].Value, true
			}
			if ok && !local(host) {
				add(a)
			}
		}
	case "npm", "pnpm", "yarn", "conda", "mamba", "composer":
		out = append(out, settingTLS(name, args)...)
	default:
		for _, a := range args {
			if tlsWord(name, a.Value) {
				add(a)
			}
		}
		if name == "git" {
			out = append(out, settingTLS(name, args)...)
		}
	}
	return append(out, tlsFile(c)...)
}

// downloaderTLS reads curl's -k and wget's --no-check-certificate, but not where
// the server is the build itself.
func downloaderTLS(c *dockerfile.Command) []place {
	r, _ := flow.RequestOf(c)
	if len(r.URLs) > 0 && !slices.ContainsFunc(r.URLs, func(u dockerfile.Word) bool { return !local(u.Value) }) {
		return nil
	}
	valued, names := flow.CurlValued, []string{"-k", "--insecure", "--proxy-insecure", "--doh-insecure"}
	if c.Name == "wget" {
		valued, names = flow.WgetValued, []string{"--no-check-certificate"}
	}
	opts, _ := options(c.Args, valued)
	if o, ok := find(opts, names...); ok {
		if c.Name == "wget" {
			return []place{found(o.word.At, c.Name+" "+o.name, "3", true)}
		}
		return []place{found(o.word.At, c.Name+" "+o.name, "2", o.name == "-k" || o.name == "--insecure")}
	}
	return nil
}

// settingTLS reads "npm config set strict-ssl false", "git config http.sslVerify
// false" and their like.
func settingTLS(name string, args []dockerfile.Word) []place {
	keys := []string{"strict-ssl", "--strict-ssl", "ssl_verify", "http.sslverify", "enablestrictssl"}
	onKeys := []string{"disable-tls"}
	for i, a := range args {
		key, val, has := strings.Cut(strings.ToLower(a.Value), "=")
		if !has && i+1 < len(args) {
			val = strings.ToLower(args[i+1].Value)
		}
		off := slices.Contains(keys, key) && (val == "false" || val == "0" || val == "no")
		on := slices.Contains(onKeys, key) && (val == "true" || val == "1")
		if off || on {
			plain := i > 0 && args[i-1].Value == "set" && key == "strict-ssl" && val == "false" && (i == 1 || i == 2 && (args[0].Value == "config" || args[0].Value == "c"))
			return []place{found(a.At, name+" "+key+" "+val, "13", plain && (name == "npm" || name == "yarn" || name == "pnpm"))}
		}
	}
	return nil
}

var tlsWords = lazyregexp.New(`(?i)^(--insecure-skip-tls-verify(=true)?|--(src-|dest-)?tls-verify=false|--setopt=["']?([^=\s]+\.)?sslverify["']?=["']?(0|false|no)["']?|` +
	`(-o)?Acquire::https::(.*::)?Verify-(Peer|Host)=("?)(0|false)("?)|sslverify=(0|false)|-Dmaven\.wagon\.http\.ssl\.(insecure|allowall)=true|--no-verify-ssl|--check-certificate=false|--no-verify-peer)$`)

// tlsWord reports whether an argument of some program switches verification off.
func tlsWord(name, arg string) bool {
	return tlsWords.MatchString(arg) || name == "apk" && arg == "--no-check-certificate" || name == "http" && arg == "--verify=no"
}

var tlsConfig = lazyregexp.New(`(?im)^\s*(insecure|check_certificate\s*=\s*off|sslverify\s*=\s*(0|false)|sslVerify\s*=\s*false|trusted-host\s*=.*|strict-ssl\s*=\s*false|Acquire::https::(.*::)?Verify-(Peer|Host)\s+"?false"?;?)\s*$`)

// tlsFile reads what a command writes into the configuration of downloaders.
func tlsFile(c *dockerfile.Command) []place {
	if len(c.Redirects) == 0 && c.PipeTo == nil {
		return nil
	}
	target := ""
	for _, r := range c.Redirects {
		target = r.Value
	}
	if c.PipeTo != nil && c.PipeTo.Name == "tee" && len(c.PipeTo.Args) > 0 {
		target = c.PipeTo.Args[len(c.PipeTo.Args)-1].Value
	}
	if !configFile(target) {
		return nil
	}
	if c.HereDoc != "" && tlsConfig.MatchString(c.HereDoc) {
		return []place{{c.At.FirstLine(), "a line written to " + target, ""}}
	}
	for _, a := range c.Args {
		if tlsConfig.MatchString(strings.ReplaceAll(a.Value, `\n`, "\n")) {
			return []place{{a.At, "a line written to " + target, ""}}
		}
	}
	return nil
}

// configFile reports whether a file configures a program that downloads.
func configFile(path string) bool {
	name := baseName(path)
	return slices.Contains([]string{".curlrc", ".wgetrc", "wgetrc", "yum.conf", "dnf.conf", "pip.conf", ".npmrc", "npmrc", ".gitconfig"}, name) ||
		strings.Contains(path, "apt.conf.d/") || strings.HasSuffix(path, ".repo")
}

// tlsVariableNumber is checkov's check of a variable, and whether it takes the
// value for the switch, too.
func tlsVariableNumber(p dockerfile.Pair) (string, bool) {
	value := strings.Trim(p.Value.Text, `"'`)
	switch p.Key.Value {
	case "PYTHONHTTPSVERIFY":
		return "5", value == "0"
	case "NODE_TLS_REJECT_UNAUTHORIZED":
		return "6", value == "0"
	case "NPM_CONFIG_STRICT_SSL", "npm_config_strict_ssl":
		return "12", value == "false"
	case "GIT_SSL_NO_VERIFY":
		return "14", value != ""
	case "PIP_TRUSTED_HOST":
		return "16", value != ""
	}
	return "", false
}

// tlsWordNumber is the same for a word of a command.
func tlsWordNumber(c *dockerfile.Command, w dockerfile.Word) (string, bool) {
	name, args := tool(c)
	switch {
	case strings.HasPrefix(w.Value, "--trusted-host"):
		_, pip := word(args, "pip")
		return "4", strings.HasPrefix(name, "pip") || pip
	case strings.Contains(w.Value, "sslverify"):
		verb, _ := subcommand(args)
		return "15", name == "yum-config-manager" || name == "dnf-config-manager" || (name == "yum" || name == "dnf") && verb == "config-manager"
	}
	return "", false
}
