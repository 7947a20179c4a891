package build

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/dockerfile/flow"
	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// place is a word that does something wrong, and what it does.
type place struct {
	at   source.Span
	what string
}

// tlsVariables switch verification off where they have the given value.
func tlsVariable(name, value string) bool {
	value = strings.ToLower(value)
	off := value == "0" || value == "false" || value == "off" || value == "no"
	on := value == "1" || value == "true" || value == "yes"
	switch strings.ToUpper(name) {
	case "NODE_TLS_REJECT_UNAUTHORIZED", "PYTHONHTTPSVERIFY", "NPM_CONFIG_STRICT_SSL", "YARN_ENABLE_STRICT_SSL", "CONDA_SSL_VERIFY", "GIT_SSL_VERIFY":
		return off
	case "GIT_SSL_NO_VERIFY", "COMPOSER_DISABLE_TLS", "GIT_CURL_NO_VERIFY":
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
			out = append(out, place{p.Key.At, p.Key.Value + "=" + p.Value.Value})
		}
	}
	name, args := tool(c)
	add := func(w dockerfile.Word) { out = append(out, place{w.At, name + " " + w.Value}) }
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
		return []place{{o.word.At, c.Name + " " + o.name}}
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
			return []place{{a.At, name + " " + key + " " + val}}
		}
	}
	return nil
}

var tlsWords = lazyregexp.New(`(?i)^(--insecure-skip-tls-verify(=true)?|--(src-|dest-)?tls-verify=false|--setopt=(\*\.)?sslverify=(0|false)|` +
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
		return []place{{c.At.FirstLine(), "a line written to " + target}}
	}
	for _, a := range c.Args {
		if tlsConfig.MatchString(strings.ReplaceAll(a.Value, `\n`, "\n")) {
			return []place{{a.At, "a line written to " + target}}
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
