package registry_test

import (
	"io"
	"log"
)

// quiet is for servers whose complaints are expected.
var quiet = log.New(io.Discard, "", 0)

func drained(r io.Reader) error {
	_, err := io.Copy(io.Discard, r)
	return err
}
