package cli_test

import (
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/tidewaiter/tidewaiter/internal/image/imagetest"
	"github.com/tidewaiter/tidewaiter/internal/report"
)

// hostileCommands are those of the scripts that make bad input.
func hostileCommands() map[string]func(*testscript.TestScript, bool, []string) {
	return map[string]func(*testscript.TestScript, bool, []string){
		"layout": layout, "damage": damage, "text": text, "harmless": harmless, "token": token, "secrets": secrets, "for-each-format": forEachFormat,
	}
}

// faults is a registry whose repositories are named for the status they answer
// with, always beside a text that would be a command.
func faults(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/v2/" {
		return
	}
	code, err := strconv.Atoi(strings.Split(strings.TrimPrefix(r.URL.Path, "/v2/"), "/")[0])
	if err != nil {
		code = http.StatusNotFound
	}
	if code == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Basic realm="::error::realm"`)
	}
	w.Header().Set("Retry-After", "0")
	w.WriteHeader(code)
	_, _ = w.Write([]byte("\n::error::from the registry\x1b[31m\n"))
}

// layout makes an OCI layout of a folder as imagetest describes it: layout FOLDER DIR
func layout(ts *testscript.TestScript, _ bool, args []string) {
	from, archive := ts.MkAbs(args[0]), &txtar.Archive{}
	ts.Check(filepath.WalkDir(from, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(p)
		name, _ := filepath.Rel(from, p)
		archive.Files = append(archive.Files, txtar.File{Name: "image/" + filepath.ToSlash(name), Data: data})
		return err
	}))
	spec, err := imagetest.Parse(archive, "image")
	ts.Check(err)
	ts.Check(spec.WriteLayout(ts.MkAbs(args[1])))
}

// damage breaks the layer of a layout of one: damage truncate|change|remove DIR
func damage(ts *testscript.TestScript, _ bool, args []string) {
	blobs, err := filepath.Glob(filepath.Join(ts.MkAbs(args[1]), "blobs", "sha256", "*"))
	ts.Check(err)
	layer, data := "", []byte(nil)
	for _, b := range blobs {
		got, err := os.ReadFile(b)
		ts.Check(err)
		if got[0] != '{' { // neither configuration nor manifest
			layer, data = b, got
		}
	}
	switch args[0] {
	case "truncate":
		data = data[:len(data)-7]
	case "change":
		data[len(data)/2] ^= 1
	case "remove":
		ts.Check(os.Remove(layer))
		return
	}
	ts.Check(os.WriteFile(layer, data, 0o600))
}

// text writes what a txtar file cannot hold: text FILE GOSTRING [COUNT], where
// the string is given in Go's syntax without its quotes and repeated.
func text(ts *testscript.TestScript, _ bool, args []string) {
	value, err := strconv.Unquote(`"` + args[1] + `"`)
	ts.Check(err)
	count := 1
	if len(args) > 2 {
		count, err = strconv.Atoi(args[2])
		ts.Check(err)
	}
	name, err := strconv.Unquote(`"` + args[0] + `"`)
	ts.Check(err)
	ts.Check(os.MkdirAll(filepath.Dir(ts.MkAbs(name)), 0o755))
	f, err := os.OpenFile(ts.MkAbs(name), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	ts.Check(err)
	_, err = f.WriteString(strings.Repeat(value, count))
	ts.Check(err)
	ts.Check(f.Close())
}

// harmless checks that outputs hold nothing that a terminal or GitHub's runner
// would obey: harmless FILE... Commands of our own are those of a known form.
func harmless(ts *testscript.TestScript, _ bool, args []string) {
	for _, file := range args {
		got := ts.ReadFile(file)
		for _, line := range strings.FieldsFunc(got, func(r rune) bool { return r == '\n' || r == '\r' }) {
			line = strings.TrimLeft(line, " \t")
			ours := strings.HasPrefix(line, "::error file=") || strings.HasPrefix(line, "::warning file=") || strings.HasPrefix(line, "::notice file=") ||
				strings.HasPrefix(line, "::error title=") || strings.HasPrefix(line, "::warning title=") || strings.HasPrefix(line, "::notice title=")
			if strings.HasPrefix(line, "::") && !ours || strings.Contains(line, "##[") && !strings.HasSuffix(file, ".json") && !strings.HasSuffix(file, ".sarif") {
				ts.Fatalf("%s forms a command: %q", file, line)
			}
		}
		if i := strings.IndexFunc(got, func(r rune) bool {
			return r < ' ' && r != '\n' && r != '\t' || r >= 0x7f && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
		}); i >= 0 {
			ts.Fatalf("%s holds a control character: %q", file, got[max(i-60, 0):min(i+20, len(got))])
		}
	}
}

// token makes a credential of a known form: token NAME START REST LENGTH
func token(ts *testscript.TestScript, _ bool, args []string) {
	const letters = "aB3dE5gH7jK9mN2pQ4sT6vW8xY"
	length, err := strconv.Atoi(args[3])
	ts.Check(err)
	value := args[1] + args[2]
	for i := range length {
		value += letters[(i*7+len(args[0]))%len(letters):][:1]
	}
	ts.Setenv("TOKEN_"+args[0], value)
}

// tokens are those that the script has made, by name.
func tokens(ts *testscript.TestScript) map[string]string {
	out := map[string]string{}
	for _, name := range []string{"GITHUB", "GITLAB", "SLACK", "NAMED"} {
		if v := ts.Getenv("TOKEN_" + name); v != "" {
			out[name] = v
		}
	}
	return out
}

// secrets puts the tokens into the files of folders, in place of @NAME@.
func secrets(ts *testscript.TestScript, _ bool, args []string) {
	for _, dir := range args {
		ts.Check(filepath.WalkDir(ts.MkAbs(dir), func(p string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			data, err := os.ReadFile(p)
			for name, value := range tokens(ts) {
				data = []byte(strings.ReplaceAll(string(data), "@"+name+"@", value))
			}
			ts.Check(os.WriteFile(p, data, 0o600))
			return err
		}))
	}
}

// forEachFormat runs a check, which must end with a verdict, in every format, and
// holds that what it writes is harmless and shows none of the tokens.
func forEachFormat(ts *testscript.TestScript, _ bool, args []string) {
	for _, format := range report.Formats() {
		out := "out." + format
		err := ts.Exec("tidewaiter", append(args[:len(args):len(args)], "--format", format, "--output", format+"="+out)...)
		if err != nil && err.Error() != "exit status 1" {
			ts.Fatalf("%s: %v\n%s", format, err, ts.ReadFile("stderr"))
		}
		ts.Check(os.WriteFile(ts.MkAbs("stdout."+format), []byte(ts.ReadFile("stdout")), 0o600))
		ts.Check(os.WriteFile(ts.MkAbs("stderr."+format), []byte(ts.ReadFile("stderr")), 0o600))
		files := []string{out, "stdout." + format, "stderr." + format}
		harmless(ts, false, files)
		for _, file := range files {
			got := ts.ReadFile(file)
			for name, value := range tokens(ts) {
				if i := strings.Index(got, value); i >= 0 {
					ts.Fatalf("%s shows the token %s: %q", file, name, got[max(i-200, 0):min(i+60, len(got))])
				}
			}
		}
	}
}
