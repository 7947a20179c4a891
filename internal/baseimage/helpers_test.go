package baseimage_test

import sourcefile "github.com/tidewaiter/tidewaiter/internal/source"

func source(text string) *sourcefile.File { return sourcefile.NewFile("Dockerfile", text) }
