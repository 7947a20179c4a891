package build

import (
	"fmt"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/dockerfile/flow"
	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var plainHTTP = rule.Rule{
	ID:       "TW-D220",
	Name:     "plain-http",
	Title:    "Something is fetched over a connection that anyone can change",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "With http, ftp and git:// nobody proves who answers: any network between the build and the server can put in other content. A key or a list of checksums that comes this way proves nothing any more; that is high. Files, scripts and packages fetched this way are reported by `unverified-download`, `remote-script` and `unverified-add`. Sources of signed packages are low: what is installed is still checked.",
	Fix:      "Write https://. Where the server has none, keep a copy that has, or compare a checksum.",
	Refs:     refs(cis, "4.11", nist, "4.1.5", practice, "M10"),
	Bad: []string{`
-- Dockerfile --
FROM debian:12
ENV PIP_INDEX_URL=http://pypi.example.com/simple
#   ^^^^^^^^^^^^^ PIP_INDEX_URL fetches packages over plain http
RUN curl -fsSL http://example.com/key.asc | gpg --dearmor -o /etc/apt/keyrings/x.gpg
#              ^^^^^^^^^^^^^^^^^^^^^^^^^^ http://example.com/key.asc comes over plain http, although other things are checked with it
RUN V=$(curl -s ftp://example.com/version) && git clone git://example.com/x.git && pip install --extra-index-url http://pypi.example.com/ x==1
#               ^^^^^^^^^^^^^^^^^^^^^^^^^ ftp://example.com/version comes over plain ftp
#                                                       ^^^^^^^^^^^^^^^^^^^^^^^ git://example.com/x.git is cloned over plain git
#                                                                                                                ^^^^^^^^^^^^^^^^^^^^^^^^ pip fetches packages over plain http
RUN echo "deb [signed-by=/k.gpg] http://repo.example.com/ ./" > /etc/apt/sources.list.d/x.list && npm config set registry http://npm.example.com
#        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ a source of packages is reached over plain http
#                                                                                                                         ^^^^^^^^^^^^^^^^^^^^^^ npm fetches packages over plain http
COPY <<EOF /etc/yum.repos.d/x.repo
[x]
baseurl=http://repo.example.com/
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ a source of packages is reached over plain http
EOF
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12
ENV PIP_INDEX_URL=https://pypi.example.com/simple HTTP_PROXY=http://proxy.example.com:3128
RUN curl -fsSLO http://example.com/x.tgz && echo "abc  x.tgz" | sha256sum -c && tar xf x.tgz
RUN curl -fsS http://localhost:8080/ready && echo "deb http://deb.debian.org/debian bookworm main" > /etc/apt/sources.list
RUN git clone http://localhost/x && git clone https://example.com/y && pip install --index-url http://localhost:3141/simple x==1
RUN git clone git://example.com/z && git -C z checkout 0123456789abcdef0123456789abcdef01234567
RUN echo "see http://example.com/" > /README && echo "deb https://repo.example.com/ ./" > /etc/apt/sources.list.d/x.list
HEALTHCHECK CMD curl -f http://localhost/
`, `
-- Dockerfile --
# unverified-download and remote-script speak of these
FROM debian:12
RUN curl -fsSLO http://example.com/x.tgz && tar xf x.tgz
RUN curl http://example.com/x | sh
ADD http://example.com/x /x
`},
	Check: rule.EachDockerfile(func(p *rule.Pass, f *dockerfile.File) {
		for _, d := range p.Downloads(f) {
			plainDownload(p, d)
		}
		for in := range f.Instructions() {
			plainSources(p, in)
		}
	}),
}

// openScheme returns the scheme of a URL that leads over an open connection to
// another machine, "" for none.
func openScheme(url string) string {
	scheme, _, ok := strings.Cut(url, "://")
	if !ok || scheme != "http" && scheme != "ftp" && scheme != "git" || local(url) {
		return ""
	}
	return scheme
}

// plainDownload reports what the rules about unchecked files leave out.
func plainDownload(p *rule.Pass, d *flow.Download) {
	scheme := openScheme(d.URL.Value)
	if scheme == "" || d.Command == nil || d.Runner != "" || d.Checked() || d.Sends {
		return
	}
	if d.Use != flow.Read && !harmless(d.URL.Value, d.File) {
		return
	}
	f := rule.Finding{
		Severity: flowSeverity(p.Rule.Severity, d.Stage),
		Message:  fmt.Sprintf("%s comes over plain %s", d.URL.Value, scheme),
		At:       d.URL.At, Subject: stageSubject(d.Stage), Key: d.URL.Text,
		Fix: &rule.Fix{Title: "fetch it over https"},
	}
	if proofFile.MatchString(d.URL.Value) || proofFile.MatchString(d.File) {
		f.Severity = flowSeverity(rule.High, d.Stage)
		f.Message += ", although other things are checked with it"
	}
	p.Report(f)
}

// plainSources reports where package managers and git are sent.
func plainSources(p *rule.Pass, in *dockerfile.Instruction) {
	report := func(at dockerfile.Word, severity rule.Severity, format string, args ...any) {
		p.Report(rule.Finding{
			Severity: flowSeverity(severity, in.Stage), Message: fmt.Sprintf(format, args...), At: at.At.FirstLine(), Subject: stageSubject(in.Stage), Key: at.Text,
			Fix: &rule.Fix{Title: "write https://"},
		})
	}
	if in.Keyword == "ENV" || in.Keyword == "ARG" {
		for _, pair := range in.Pairs {
			if indexVariable(pair.Key.Value) && openScheme(pair.Value.Value) != "" {
				report(pair.Key, p.Rule.Severity, "%s fetches packages over plain %s", pair.Key.Value, openScheme(pair.Value.Value))
			}
		}
	}
	for _, d := range in.HereDocs {
		for line := d.At.Start.Line; line < d.At.End.Line; line++ {
			if text := d.At.File.Line(line); plainSource(text) {
				report(dockerfile.Word{At: d.At.File.LineSpan(line), Text: text}, rule.Low, "a source of packages is reached over plain http")
			}
		}
	}
	if in.Keyword != "RUN" || in.Run == nil || !strings.Contains(in.Run.Script, "://") {
		return
	}
	for _, c := range in.Run.Commands {
		switch c.Name {
		case "git":
			if url, ok := clonedFrom(c); ok && openScheme(url.Value) != "" && !settled(in.Run) {
				report(url, p.Rule.Severity, "%s is cloned over plain %s", url.Value, openScheme(url.Value))
			}
		case "echo", "printf", "sed", "add-apt-repository":
			for _, w := range c.Args {
				if plainSource(strings.ReplaceAll(w.Value, `\n`, "\n")) {
					report(w, rule.Low, "a source of packages is reached over plain http")
					break
				}
			}
		default:
			if w, ok := plainIndex(c); ok {
				report(w, p.Rule.Severity, "%s fetches packages over plain %s", c.Name, openScheme(w.Value[strings.LastIndexByte(w.Value, '=')+1:]))
			}
		}
	}
}

// indexVariable reports whether a variable names where packages come from.
func indexVariable(name string) bool {
	switch strings.ToUpper(name) {
	case "PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "UV_INDEX_URL", "UV_DEFAULT_INDEX", "NPM_CONFIG_REGISTRY", "YARN_REGISTRY", "YARN_NPM_REGISTRY_SERVER",
		"GOPROXY", "COMPOSER_REPO_PACKAGIST", "GEM_SOURCE", "BUNDLE_MIRROR__ALL", "CARGO_REGISTRIES_CRATES_IO_INDEX":
		return true
	}
	return false
}

// plainIndex returns the word of a package manager's command that names an index
// over an open connection.
func plainIndex(c *dockerfile.Command) (dockerfile.Word, bool) {
	name, args := tool(c)
	switch name {
	case "pip", "uv", "pipenv", "poetry", "npm", "pnpm", "yarn", "bun", "gem", "bundle", "composer", "cargo", "easy_install":
	default:
		return dockerfile.Word{}, false
	}
	for i, a := range args {
		key, value, has := strings.Cut(a.Value, "=")
		if has && openScheme(value) != "" && (strings.HasPrefix(key, "-") || key == "registry") {
			return a, true
		}
		if i > 0 && openScheme(a.Value) != "" {
			switch before := args[i-1].Value; {
			case strings.HasPrefix(before, "--"), before == "-i", before == "-f", before == "-s", before == "registry", strings.HasSuffix(before, "index-url"):
				return a, true
			}
		}
	}
	return dockerfile.Word{}, false
}

var sourceLine = lazyregexp.New(`(?m)^\s*(deb(-src)?\s+(\[[^\]]*\]\s*)?|baseurl\s*=\s*|URIs:\s*)(http://[^\s/]+)`)

// distributionHost matches the servers of distributions, whose packages are
// signed and whose own images use http.
var distributionHost = lazyregexp.New(`(?i)^http://([a-z0-9-]+\.)*(debian\.org|ubuntu\.com|kali\.org|raspbian\.org|centos\.org|fedoraproject\.org|rockylinux\.org|almalinux\.org|opensuse\.org|alpinelinux\.org|archlinux\.org)([:/]|$)`)

func plainSource(text string) bool {
	if !strings.Contains(text, "http://") {
		return false
	}
	m := sourceLine.FindStringSubmatch(text)
	return m != nil && !distributionHost.MatchString(m[4]) && !local(m[4]) && !strings.Contains(m[0], "trusted=yes")
}
