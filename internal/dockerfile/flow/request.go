package flow

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
)

// The options of downloaders that take a value.
const (
	CurlValued = "-A -b -c -C -d -D -e -E -F -h -H -K -m -o -P -Q -r -t -T -u -U -w -x -X -y -Y -z --output --header --data --user " +
		"--user-agent --request --url --retry --retry-delay --retry-max-time --max-time --connect-timeout --proto --proto-redir --cacert " +
		"--cert --key --proxy --cookie --output-dir --form --upload-file --write-out --range --resolve --data-raw --data-binary --data-urlencode " +
		"--referer --limit-rate --max-redirs --capath --ciphers --interface --dns-servers --netrc-file --oauth2-bearer --speed-limit --speed-time --pinnedpubkey"
	WgetValued = "-O -o -a -e -i -B -t -T -w -Q -P -U -D -l -A -R -I -X --output-document --output-file --directory-prefix --header " +
		"--user-agent --user --password --tries --timeout --post-data --post-file --method --body-data --ca-certificate --waitretry --wait --read-timeout --dns-timeout --progress"
	ariaValued = "-d -o -x -s -j -k --dir --out --checksum --max-connection-per-server --split"
)

// Request is a command that fetches over the network.
type Request struct {
	URLs []dockerfile.Word
	// Output is the local file as written, "" for standard output; Dir the folder
	// that goes before it.
	Output, Dir string
	// Fetches is false for requests that are not made to get a file.
	Fetches bool
	// Checked is true where the downloader compares the checksum itself.
	Checked bool

	// each is true where every URL has a file of its own.
	each bool
}

// RequestOf reads a command as a download.
func RequestOf(c *dockerfile.Command) (Request, bool) {
	r := Request{Fetches: true}
	switch c.Name {
	case "curl":
		r.curl(c)
	case "wget", "wget2":
		r.wget(c)
	case "aria2c", "axel", "fetch":
		l := read(c.Args, ariaValued)
		r.URLs, r.each = l.operands, true
		r.Output, _ = l.get("-o", "--out")
		r.Dir, _ = l.get("-d", "--dir")
		_, r.Checked = l.get("--checksum")
	default:
		return r, false
	}
	if r.Output == "-" || r.Output == "/dev/stdout" {
		r.Output, r.each = "", false
	}
	if r.Output == "" && !r.each && len(c.Redirects) > 0 {
		r.Output = c.Redirects[len(c.Redirects)-1].Value
	}
	return r, true
}

func (r *Request) curl(c *dockerfile.Command) {
	l := read(c.Args, CurlValued)
	r.URLs = l.operands
	for _, o := range l.options {
		switch o.name {
		case "-o", "--output":
			r.Output = o.value
		case "-O", "--remote-name", "-J", "--remote-name-all":
			r.each = true
		case "--output-dir":
			r.Dir = o.value
		case "--url":
			r.URLs = append(r.URLs, dockerfile.Word{At: o.word.At, Text: o.value, Value: o.value})
		case "-I", "--head", "-T", "--upload-file", "-d", "--data", "--data-raw", "--data-binary", "-F", "--form":
			r.Fetches = false
		case "-X", "--request":
			r.Fetches = o.value == "GET"
		}
	}
}

func (r *Request) wget(c *dockerfile.Command) {
	l := read(c.Args, WgetValued)
	r.URLs, r.each = l.operands, true
	for _, o := range l.options {
		switch o.name {
		case "-O", "--output-document":
			r.Output, r.each = o.value, false
		case "-P", "--directory-prefix":
			r.Dir = o.value
		case "--spider", "--post-data", "--post-file":
			r.Fetches = false
		}
	}
}

// FileOf returns the name under which a URL is stored, "" for standard output.
func (r Request) FileOf(url dockerfile.Word) string {
	name := r.Output
	if r.each && name == "" {
		name = base(plain(url.Value))
	}
	if name == "" || r.Dir == "" {
		return name
	}
	return dockerfile.Join(r.Dir, name)
}

// host is the server that a URL names, or what stands for it.
func host(url string) string {
	if _, rest, ok := strings.Cut(url, "://"); ok {
		url = rest
	}
	h, _, _ := strings.Cut(url, "/")
	switch h = strings.ToLower(h[strings.LastIndexByte(h, '@')+1:]); h {
	case "raw.githubusercontent.com", "objects.githubusercontent.com":
		return "github.com"
	}
	return h
}
