package secret

import (
	"regexp"
	"slices"
)

// own returns, compiled, the detectors for what gitleaks leaves out, or finds only in the
// strictest spelling. Each is written from what the issuer documents of its form.
func own() []detector {
	return slices.Concat(clouds(), services(), files(), logins(), guesses())
}

// form is a value that its form gives away.
func form(id, what, pattern string, gate func([]byte, int, int) bool, words ...string) detector {
	return detector{id: id, what: what, pattern: regexp.MustCompile(pattern), words: words, gate: gate, reach: shortReach}
}

// named is a value beside the name of what it is for.
func named(id, what, pattern string, gate func([]byte, int, int) bool, words ...string) detector {
	d := form(id, what, pattern, gate, words...)
	d.certainty = Named
	return d
}

// in limits a detector to files of some names; without keywords all of them are
// searched whole.
func (d detector) in(file string) detector {
	d.file = regexp.MustCompile(file)
	return d
}

func (d detector) checked(check func(string) bool) detector {
	d.check = check
	return d
}

func (d detector) random(entropy float64) detector {
	d.entropy = entropy
	return d
}

func (d detector) long() detector {
	d.reach = keyReach
	return d
}

// clouds are credentials of cloud providers.
func clouds() []detector {
	return []detector{
		form("aws-secret-key", "AWS secret access key",
			`(?i)(?:aws_?secret_?(?:access_?)?key|secret_?access_?key)["']?\s{0,8}(?::|=>?)\s{0,8}["']?([A-Za-z0-9/+]{40})(?:[^A-Za-z0-9/+=]|$)`,
			assigned(16), "aws_secret", "awssecret", "secretaccess", "secret_access").random(4),
		form("aws-session-token", "AWS session token", `(?i)session_?token["']?\s{0,8}[=:]\s{0,8}["']?([A-Za-z0-9/+=]{100,1000})`, nil, "aws_session_token", "sessiontoken").random(4),
		form("gcp-client-secret", "Google OAuth client secret", `\b(GOCSPX-[A-Za-z0-9_-]{28})(?:[^A-Za-z0-9_-]|$)`, followed(28, isToken), "gocspx-"),
		form("gcp-refresh-token", "Google refresh token", `(1//0[A-Za-z0-9_-]{40,200})`, followed(40, isToken), "1//0").random(3.5),
		form("gcp-access-token", "Google access token", `\b(ya29\.[A-Za-z0-9_-]{50,500})`, followed(50, isToken), "ya29.").random(3.5),
		form("firebase-server-key", "Firebase server key", `\b(AAAA[A-Za-z0-9_-]{7}:APA91b[A-Za-z0-9_-]{130,})`, followed(60, isToken), ":apa91b"),
		form("azure-storage-key", "Azure storage account key", `(?i)(?:account_?key|primary_?key|storage_?key)["']?\s{0,4}[=:]\s{0,4}["']?([A-Za-z0-9+/]{86}==)`, assigned(40), "accountkey", "account_key", "storage_key", "primarykey").random(4),
		form("azure-shared-access-key", "Azure shared access key", `(?i)SharedAccessKey\s?=\s?([A-Za-z0-9+/]{43}=)`, nil, "sharedaccesskey").random(4),
		form("azure-sas", "Azure shared access signature", `[?&;]sig=([A-Za-z0-9%+/]{43,70}(?:%3[Dd]|=))`, followed(30, func(c byte) bool { return isAlnum(c) || c == '%' || c == '+' || c == '/' }), "sig=").random(4),
		form("azure-devops-token", "Azure DevOps token", `\b([A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4})\b`, backed(76, isAlnum), "azdo"),
		form("digitalocean-token", "DigitalOcean token", `\b(do[oprt]_v1_[a-f0-9]{64})\b`, followed(64, isHex), "_v1_"),
		form("tailscale-key", "Tailscale key", `\b(tskey-(?:auth|api|client|scim|webhook)-[A-Za-z0-9]{8,}-[A-Za-z0-9]{20,})\b`, nil, "tskey-"),
		named("datadog-key", "Datadog key", `(?i)(?:datadog|dd)_?(?:api|app|application)_?key["']?\s{0,4}[=:]\s{0,4}["']?([a-f0-9]{40}|[a-f0-9]{32})\b`, assigned(32), "dd_api_key", "dd_app_key", "datadog").random(3),
		named("cloud-token", "token of a cloud provider", `(?i)(?:cloudflare|cf|hcloud|hetzner|linode|vultr|scaleway|scw|civo|ovh)_?(?:api|dns|global)?_?(?:secret)?_?(?:token|key)["']?\s{0,4}[=:]\s{0,4}["']?([A-Za-z0-9_-]{32,64})\b`, assigned(32), "cloudflare", "cf_api", "hcloud", "hetzner", "linode", "vultr", "scaleway", "scw_", "civo").random(3.5),
	}
}

// services are credentials of services for developers.
func services() []detector {
	return []detector{
		form("docker-hub-token", "Docker Hub token", `\b(dckr_(?:pat|oat)_[A-Za-z0-9_-]{27,40})`, nil, "dckr_pat_", "dckr_oat_"),
		form("openai-key", "OpenAI key", `\b(sk-(?:(?:proj|svcacct|admin|None)-[A-Za-z0-9_-]{40,250}|[A-Za-z0-9]{48}))(?:[^A-Za-z0-9_-]|$)`, followed(40, isToken), "sk-").random(3.8),
		form("anthropic-key", "Anthropic key", `\b(sk-ant-[a-z]{2,10}\d{2}-[A-Za-z0-9_-]{80,120})`, followed(80, isToken), "sk-ant-"),
		form("huggingface-token", "Hugging Face token", `\b(hf_[A-Za-z0-9]{34,40})\b`, followed(34, isAlnum), "hf_").random(3.5),
		form("groq-key", "Groq key", `\b(gsk_[A-Za-z0-9]{52})\b`, followed(52, isAlnum), "gsk_"),
		form("xai-key", "xAI key", `\b(xai-[A-Za-z0-9]{80})\b`, followed(80, isAlnum), "xai-"),
		form("replicate-token", "Replicate token", `\b(r8_[A-Za-z0-9]{37})\b`, followed(37, isAlnum), "r8_"),
		form("stripe-webhook-secret", "Stripe webhook secret", `\b(whsec_[A-Za-z0-9+/]{32,64}={0,2})`, followed(32, func(c byte) bool { return isAlnum(c) || c == '+' || c == '/' }), "whsec_"),
		form("new-relic-key", "New Relic key", `\b(NRAK-[A-Z0-9]{27}|NRII-[A-Za-z0-9_-]{32}|NRJS-[a-f0-9]{19}|NRRA-[a-f0-9]{42})(?:[^A-Za-z0-9_-]|$)`, followed(19, isToken), "nrak-", "nrii-", "nrjs-", "nrra-"),
		form("new-relic-license", "New Relic license key", `\b([a-f0-9]{36}(?:NRAL|FFFF))\b`, backed(36, isHex), "nral", "ffff").random(3),
		form("discord-webhook", "Discord webhook", `discord(?:app)?\.com/api/webhooks/\d{17,20}/([A-Za-z0-9_-]{60,72})`, nil, "/api/webhooks/"),
		form("telegram-bot-token", "Telegram bot token", `\b(\d{8,10}:AA[A-Za-z0-9_-]{33})(?:[^A-Za-z0-9_-]|$)`, followed(33, isToken), ":aa").random(4),
		form("slack-token", "Slack token", `\b(xox[abeoprs]-[A-Za-z0-9-]{24,255})`, followed(24, isToken), "xoxa-", "xoxb-", "xoxe-", "xoxo-", "xoxp-", "xoxr-", "xoxs-").random(3),
		form("supabase-key", "Supabase key", `\b(sbp_[a-f0-9]{40}|sb_secret_[A-Za-z0-9_-]{30,})`, followed(30, isToken), "sbp_", "sb_secret_"),
		form("sonar-token", "Sonar token", `\b(sq[apu]_[a-f0-9]{40})\b`, followed(40, isHex), "sqa_", "sqp_", "squ_"),
		form("sourcegraph-token", "Sourcegraph token", `\b(sgp_(?:(?:[a-f0-9]{16}|local)_)?[a-f0-9]{40})\b`, nil, "sgp_"),
		form("figma-token", "Figma token", `\b(figd_[A-Za-z0-9_-]{38,})`, followed(38, isToken), "figd_"),
		form("mailgun-key", "Mailgun key", `\b(key-[0-9a-f]{32})\b`, followed(32, isHex), "key-").random(3),
		form("mailchimp-key", "Mailchimp key", `\b([0-9a-f]{32}-us\d{1,2})\b`, backed(32, isHex), "-us"),
		form("circleci-token", "CircleCI token", `\b(CCIP(?:AT|RJ)_[A-Za-z0-9]{22}_[a-f0-9]{40})\b`, nil, "ccipat_", "cciprj_"),
		form("buildkite-token", "Buildkite token", `\b(bk[a-z]{1,2}_[a-f0-9]{40})\b`, followed(40, isHex), "bkua_", "bkaj_", "bkct_"),
		form("bitbucket-token", "Bitbucket token", `\b(AT(?:BB|ATT3|CTT3)[A-Za-z0-9_=-]{32,250})`, followed(32, isToken), "atbb", "atatt3", "atctt3").random(3.5),
		form("crates-io-token", "crates.io token", `\b(cio[A-Za-z0-9]{32})\b`, followed(32, isAlnum), "cio").random(4),
		form("nuget-key", "NuGet key", `\b(oy2[a-z0-9]{43})\b`, followed(43, isAlnum), "oy2").random(3.5),
		form("packagist-token", "Packagist token", `\b(packagist_[ou][ruta]{2}_[a-f0-9]{68})\b`, nil, "packagist_"),
		form("netlify-token", "Netlify token", `\b(nf[pcoub]_[A-Za-z0-9]{36})\b`, followed(36, isAlnum), "nfp_", "nfc_", "nfo_", "nfu_", "nfb_"),
		form("dropbox-token", "Dropbox token", `\b(sl\.(?:u\.)?[A-Za-z0-9_-]{130,})`, followed(60, func(c byte) bool { return isToken(c) || c == '.' }), "sl."),
		form("braintree-token", "Braintree token", `(access_token\$production\$[a-z0-9]{16}\$[a-f0-9]{32})`, nil, "access_token$production"),
		form("gitlab-token", "GitLab token", `\b(gl(?:pat|rt|dt|ptt|agent|soat|ft|imt|cbt|oas|ffct)-[A-Za-z0-9_.-]{20,})`, followed(20, isToken), "glpat-", "glrt-", "gldt-", "glptt-", "glagent-", "glsoat-", "glft-", "glimt-", "glcbt-", "gloas-", "glffct-").random(3),
		named("twilio-auth-token", "Twilio auth token", `(?i)twilio[\w.-]{0,30}token["']?\s{0,4}[=:,]\s{0,4}["']?([a-f0-9]{32})\b`, assigned(32), "twilio").random(3),
		named("discord-bot-token", "Discord bot token", `\b([MNO][A-Za-z\d_-]{23,25}\.[\w-]{6}\.[\w-]{27,38})`, nil, "discord", "bot_token").random(4),
		named("rails-key", "Rails key", `(?i)(?:rails_master_key|secret_key_base)["']?\s{0,4}[=:]\s{0,4}["']?([0-9a-f]{32,128})\b`, assigned(32), "rails_master_key", "secret_key_base").random(3),
		form("laravel-key", "Laravel application key", `(?i)\bAPP_KEY\s?=\s?["']?(?:base64:)([A-Za-z0-9+/]{43}=)`, nil, "app_key").random(4),
	}
}
