package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// narrow returns the part of a scalar's span that holds text.
func narrow(at source.Span, text string) source.Span { return manifest.Narrow(at, text) }
