// Command gendocs writes the documentation that follows from the code. With
// -check nothing is written and stale files are an error.
package main

import (
	"flag"
	"fmt"
	"os"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/gen/docs"
)

func main() {
	check := flag.Bool("check", false, "report stale files instead of writing them")
	root := flag.String("root", ".", "the repository")
	flag.Parse()
	if err := run(*root, *check); err != nil {
		fmt.Fprintln(os.Stderr, "gendocs:", err)
		os.Exit(1)
	}
}

func run(root string, check bool) error {
	if !check {
		return docs.Write(root)
	}
	stale, err := docs.Stale(root)
	if err == nil && len(stale) > 0 {
		err = fmt.Errorf("stale: %s; go generate ./... writes them", strings.Join(stale, ", "))
	}
	return err
}
