package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"unicode/utf8"

	"github.com/tidewaiter/tidewaiter/internal/gate"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// readRendered reads the files given by --rendered; "-" is standard input.
func readRendered(env Env, names []string) ([]gate.Rendered, error) {
	var out []gate.Rendered
	seen := map[string]bool{}
	for _, name := range names {
		if seen[name] {
			return nil, &flagError{fmt.Errorf("--rendered %s is given twice; give each file once", name)}
		}
		seen[name] = true
		text, err := readText(env, name)
		if err != nil {
			return nil, &flagError{fmt.Errorf("--rendered %s: %w", name, err)}
		}
		r := gate.Rendered{Path: name, Text: text}
		if name == "-" {
			r.Path = ""
		}
		out = append(out, r)
	}
	return out, nil
}

func readText(env Env, name string) (string, error) {
	from := env.Stdin
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return "", err
		}
		defer f.Close()
		from = f
	}
	if from == nil {
		return "", errors.New("there is no standard input")
	}
	data, err := io.ReadAll(io.LimitReader(from, source.MaxFileBytes+1))
	switch {
	case err != nil:
		return "", err
	case len(data) > source.MaxFileBytes:
		return "", fmt.Errorf("%w; render the charts one by one, and give each output", source.ErrTooLarge)
	case len(data) == 0:
		return "", errors.New("empty; did what should have rendered it fail?")
	case !utf8.Valid(data):
		return "", source.ErrBinary
	}
	return string(data), nil
}
