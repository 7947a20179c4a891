package image

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"runtime/debug"
	"strings"
	"sync"

	"github.com/tidewaiter/tidewaiter/internal/secret"
)

// sources is the text of this package and those below it.
//
//go:embed *.go */*.go
var sources embed.FS

// readerVersion names what decides what is found in a layer: the text of this
// package (extractors, walk and format), the detectors of secrets, Go and the libraries it is
// built with. A cached inventory counts for the version that made it alone, so
// that nobody has to remember to count one up.
var readerVersion = sync.OnceValue(func() string {
	sum := sha256.New()
	err := fs.WalkDir(sources, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(name, "_test.go") || path.Dir(name) == "imagetest" {
			return err
		}
		text, err := sources.ReadFile(name)
		fmt.Fprintf(sum, "%s %d\n%s", name, len(text), text)
		return err
	})
	if err != nil {
		panic(err) // the files are part of the program
	}
	fmt.Fprintln(sum, secret.Version())
	if info, ok := debug.ReadBuildInfo(); ok {
		fmt.Fprintln(sum, info.GoVersion)
		for _, m := range info.Deps {
			if m.Replace != nil {
				m = m.Replace
			}
			fmt.Fprintln(sum, m.Path, m.Version, m.Sum)
		}
	}
	return hex.EncodeToString(sum.Sum(nil)[:16])
})
