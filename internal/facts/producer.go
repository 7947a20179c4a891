package facts

import (
	"path"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
)

// How surely an instruction made a file. Of equals the later one has the last word.
const (
	notMade   = iota
	madeNear  // it copies a folder that the file may be in, or speaks of one above it
	madeTool  // it runs the package manager whose folder the file lies in
	madeExact // it names the file
)

// producer returns the instruction of a stage that made a file, by what the
// Dockerfile says; nil where that does not tell.
func producer(stage *dockerfile.Stage, file string) *dockerfile.Instruction {
	var best *dockerfile.Instruction
	sure := notMade
	for _, in := range chain(stage) {
		if s := makes(in, file); s != notMade && s >= sure {
			best, sure = in, s
		}
	}
	return best
}

func makes(in *dockerfile.Instruction, file string) int {
	switch {
	case in.OnBuild:
		return notMade
	case in.Keyword == "COPY" || in.Keyword == "ADD":
		return copies(in, file)
	case in.Run != nil && in.Keyword == "RUN":
		sure := notMade
		for _, c := range in.Run.Commands {
			sure = max(sure, writes(c, file))
		}
		return sure
	}
	return notMade
}

func copies(in *dockerfile.Instruction, file string) int {
	if len(in.Args) < 2 {
		return notMade
	}
	dest := destination(in)
	if file == dest {
		return madeExact
	}
	rest := below(file, dest)
	if rest == "" {
		return notMade
	}
	for _, w := range in.Args[:len(in.Args)-1] {
		if path.Base(path.Join("/", w.Value)) == rest {
			return madeExact
		}
	}
	return madeNear
}

// writes tells how surely a command made a file: by its words, and by the folder in
// which the package managers of the languages put what they install.
func writes(c *dockerfile.Command, file string) int {
	sure := notMade
	words := append(slices.Clone(c.Args), c.Redirects...)
	for _, w := range words {
		value := w.Value
		if _, after, ok := strings.Cut(value, "="); ok && strings.HasPrefix(value, "-") {
			value = after
		}
		if value == "" || strings.HasPrefix(value, "-") {
			continue
		}
		switch at := dockerfile.Join(c.Dir, value); {
		case at == file, below(file, at) != "" && path.Base(file) == below(file, at) && endsInFolder(c):
			return madeExact
		case strings.Count(at, "/") > 1 && strings.HasPrefix(at, "/") && below(file, at) != "":
			sure = max(sure, madeNear)
		}
	}
	if installs(c, file) {
		return madeTool
	}
	return sure
}

// endsInFolder reports whether a command puts files into the folder named last.
func endsInFolder(c *dockerfile.Command) bool {
	return slices.Contains([]string{"cp", "mv", "install"}, c.Name)
}

// installs reports whether a command is the package manager that fills the folder
// in which a file lies.
func installs(c *dockerfile.Command, file string) bool {
	for mark, programs := range installers() {
		if strings.Contains(file, mark) && slices.ContainsFunc(programs, func(p string) bool {
			name, verb, _ := strings.Cut(p, " ")
			return c.Name == name && (verb == "" || slices.ContainsFunc(c.Args, func(w dockerfile.Word) bool { return w.Value == verb }))
		}) {
			return true
		}
	}
	return false
}

// installers are the commands that fill a folder, by a part of the folder's name.
func installers() map[string][]string {
	pip := []string{"pip install", "pip3 install", "uv sync", "uv pip", "poetry install", "pipenv install", "pipenv sync", "python -m", "python3 -m"}
	return map[string][]string{
		"/node_modules/":  {"npm ci", "npm install", "npm i", "yarn", "yarn install", "pnpm install", "pnpm i", "bun install"},
		"/site-packages/": pip, "/dist-packages/": pip,
		"/gems/":                   {"bundle install", "gem install", "bundle"},
		"/vendor/":                 {"composer install", "go mod", "bundle install"},
		"/target/":                 {"cargo build", "mvn package", "mvn install", "mvn verify", "cargo install"},
		"/go/bin/":                 {"go install"},
		"/.cargo/bin/":             {"cargo install"},
		"/usr/local/cargo/bin/":    {"cargo install"},
		"/var/lib/dpkg/":           {"apt-get install", "apt install", "dpkg"},
		"/lib/apk/":                {"apk add"},
		"/publish/":                {"dotnet publish"},
		"/build/libs/":             {"gradle", "gradlew"},
		"/root/.local/share/pnpm/": {"pnpm add"},
	}
}
