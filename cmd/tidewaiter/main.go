// Command tidewaiter judges Dockerfiles, Kubernetes manifests and images, and
// signs the images that pass.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/tidewaiter/tidewaiter/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	cli.TuneMemory()
	os.Exit(cli.Main(ctx, cli.System()))
}
