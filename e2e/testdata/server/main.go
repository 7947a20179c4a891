// A program with one dependency, so that its build information names two modules.
package main

import (
	"os"

	"github.com/rogpeppe/go-internal/txtar"
)

func main() {
	os.Stdout.Write(txtar.Format(&txtar.Archive{Comment: []byte("served\n")}))
}
