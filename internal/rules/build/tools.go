package build

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
)

// unversioned takes the version off the name of a program: pip3, python3.12, gcc-13.
func unversioned(name string) string {
	end := len(name)
	for end > 0 && (name[end-1] >= '0' && name[end-1] <= '9' || name[end-1] == '.') {
		end--
	}
	rest := strings.TrimLeft(name[end:], ".")
	if rest == "" || strings.HasSuffix(rest, ".") || strings.Contains(rest, "..") {
		return name
	}
	return strings.TrimSuffix(name[:len(name)-len(rest)], "-")
}

// tool returns the program that a command is about, versions in its name and
// "python -m" looked through, and its arguments.
func tool(c *dockerfile.Command) (string, []dockerfile.Word) {
	name := unversioned(c.Name)
	if name == "python" || name == "py" {
		for i, a := range c.Args {
			if a.Value == "-m" && i+1 < len(c.Args) {
				return unversioned(c.Args[i+1].Value), c.Args[i+2:]
			}
			if !strings.HasPrefix(a.Value, "-") {
				break
			}
		}
		return "python", c.Args
	}
	return name, c.Args
}

// subcommand returns the first operand and the words after it.
func subcommand(args []dockerfile.Word) (string, []dockerfile.Word) {
	for i, a := range args {
		if !strings.HasPrefix(a.Value, "-") {
			return a.Value, args[i+1:]
		}
	}
	return "", nil
}

// word returns the first argument with one of the values.
func word(args []dockerfile.Word, values ...string) (dockerfile.Word, bool) {
	i := slices.IndexFunc(args, func(w dockerfile.Word) bool { return slices.Contains(values, w.Value) })
	if i < 0 {
		return dockerfile.Word{}, false
	}
	return args[i], true
}

// The options of downloaders that take a value.
const (
	curlValued = "-A -b -c -C -d -D -e -E -F -h -H -K -m -o -P -Q -r -t -T -u -U -w -x -X -y -Y -z --output --header --data --user " +
		"--user-agent --request --url --retry --retry-delay --retry-max-time --max-time --connect-timeout --proto --proto-redir --cacert " +
		"--cert --key --proxy --cookie --output-dir --form --upload-file --write-out --range --resolve --data-raw --data-binary"
	wgetValued = "-O -o -a -e -i -B -t -T -w -Q -P -U -D -l -A -R -I -X --output-document --output-file --directory-prefix --header " +
		"--user-agent --user --password --tries --timeout --post-data --method --body-data --ca-certificate"
)

// download is a curl or wget that fetches over the network.
type download struct {
	cmd  *dockerfile.Command
	urls []dockerfile.Word
	// output is the local file as written, "" for standard output.
	output string
	// fetches is false for requests that are not made to get a file.
	fetches bool
}

// downloads reads a command as a download.
func downloads(c *dockerfile.Command) (download, bool) {
	d := download{cmd: c, fetches: true}
	switch c.Name {
	case "curl":
		d.curl(c)
	case "wget":
		d.wget(c)
	default:
		return d, false
	}
	return d, true
}

func (d *download) curl(c *dockerfile.Command) {
	opts, operands := options(c.Args, curlValued)
	d.urls = operands
	for _, o := range opts {
		switch o.name {
		case "-o", "--output":
			d.output = o.value
		case "-O", "--remote-name", "-J", "--remote-name-all":
			d.output = "*"
		case "--url":
			d.urls = append(d.urls, o.word)
		case "-I", "--head", "-T", "--upload-file", "-d", "--data", "--data-raw", "--data-binary", "-F", "--form":
			d.fetches = false
		case "-X", "--request":
			d.fetches = o.value == "GET"
		}
	}
	d.named()
}

func (d *download) wget(c *dockerfile.Command) {
	opts, operands := options(c.Args, wgetValued)
	d.urls, d.output = operands, "*"
	for _, o := range opts {
		switch o.name {
		case "-O", "--output-document":
			d.output = o.value
		case "--spider", "--post-data", "--post-file":
			d.fetches = false
		}
	}
	d.named()
}

// named resolves "-" and redirections, and the name that -O takes from the URL.
func (d *download) named() {
	if d.output == "-" || d.output == "/dev/stdout" {
		d.output = ""
	}
	if d.output == "" && len(d.cmd.Redirects) > 0 {
		d.output = d.cmd.Redirects[len(d.cmd.Redirects)-1].Value
	}
	if d.output == "*" && len(d.urls) > 0 {
		d.output = baseName(d.urls[0].Value)
	}
}

// baseName is the last part of a path or URL, without query.
func baseName(s string) string {
	s, _, _ = strings.Cut(s, "?")
	s, _, _ = strings.Cut(s, "#")
	return s[strings.LastIndexByte(s, '/')+1:]
}

var localHost = lazyregexp.New(`^([a-z]+://)?(localhost|127\.\d+\.\d+\.\d+|\[::1\])([:/]|$)`)

// local reports whether a URL leads nowhere but to the build itself.
func local(url string) bool { return localHost.MatchString(url) || strings.HasPrefix(url, "file:") }

// commitURL matches URLs that name their content by a commit.
var commitURL = lazyregexp.New(`[/@=][0-9a-f]{40}([/?#.]|$)`)
