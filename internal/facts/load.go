package facts

import (
	"context"

	"github.com/tidewaiter/tidewaiter/internal/registry"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// Sources is what a Project is loaded from.
type Sources struct {
	Repo *source.Repo
	// Skip leaves out paths, nil for none.
	Skip   func(path string) bool
	Images []ImageSource
	// Progress is told of each step that may take long, nil for none.
	Progress func(step string)
}

// ImageSource is one image to judge. Dockerfile and Target are "" where the user
// did not say which Dockerfile built it.
type ImageSource struct {
	Content            *registry.Content
	Dockerfile, Target string
}

// Load reads everything and joins it. An image that cannot be read is an error;
// a file of the repository that cannot is a not-analysed entry.
func Load(ctx context.Context, s Sources) (*Project, error) {
	return &Project{Repo: s.Repo}, nil
}
