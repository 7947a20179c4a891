package gate

import (
	"context"
	"net/http"
	"time"

	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/image/layerstore"
	"github.com/tidewaiter/tidewaiter/internal/registry"
	"github.com/tidewaiter/tidewaiter/internal/sign"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// Env is everything a run takes from outside besides its options.
type Env struct {
	// Now is the clock.
	Now func() time.Time
	// Registry reads and writes images.
	Registry *registry.Client
	// Transport makes HTTP connections for advisory data.
	Transport http.RoundTripper
	// Public makes connections for asking public registries about base images; nil
	// to ask none. DockerConfig is the folder of Docker's config.json, "" for none.
	Public       http.RoundTripper
	DockerConfig string
	// CacheDir keeps advisory data and configurations of base images between runs,
	// "" for none.
	CacheDir string
	// Version is this program's.
	Version string
	// SBOM writes the bill of materials of a platform in a format; nil for none to be
	// attached to what is signed.
	SBOM func(format string, p *image.Platform) ([]byte, error)
	// Progress is told of steps that may take long; nil for silence. Transfer is
	// told how many bytes of an image's layers have been read, of how many, from
	// several goroutines.
	Progress func(step string)
	Transfer func(done, total int64)
	// Notice is told of what costs time and no more, such as a damaged cache; nil
	// for nobody.
	Notice func(text string)
	// Scope says which cached inventories this run may see.
	Scope layerstore.Scope
}

// Options are what the user asked for.
type Options struct {
	// Path is the repository.
	Path string
	// Images are judged; Push is where the one image goes after a pass.
	Images []ImageOption
	Push   string
	// Sign asks for a signature after a pass: with Key, or where that is nil by what
	// Keyless makes of what the policy says about public logs.
	Sign    bool
	Key     *sign.Key
	Keyless func(ctx context.Context, mayPublish bool) (sign.Signer, error)
	// Source is the commit under judgement, BlobURL where its files can be read; a
	// signed verdict tells both.
	Source  sign.Source
	BlobURL string
	// UnprotectedRef is the branch that the workflow runs for, where anybody who may
	// push can put code on it unseen; "" where that is not so or not known.
	UnprotectedRef string
	// Config is a configuration file in place of the repository's own.
	Config string
	// FailOn and Rules stand above the configuration.
	FailOn, Rules string
	// Advisories is where vulnerability data comes from, "" for the configured or
	// public source; Offline forbids the network for it and for base images.
	Advisories string
	Offline    bool
	// Layers is where what layers hold is kept between runs.
	Layers LayerCache
	// Edits is true where somebody reads the edits of the result, which are proven
	// then; it costs as much as judging once more.
	Edits bool
	// Rendered are manifests that another program has rendered.
	Rendered []Rendered
	// Since is a git revision: only what has changed since is judged, "" for all.
	Since string
	// Compare tells what is new from what stood before a change, nil where all counts.
	Compare *Comparison
	// Admission are files and folders of admission policies and rules, outside of the
	// repository or in it, that hold besides those found.
	Admission []string
	// Bases are layouts of base images by reference; they stand above the
	// configuration's.
	Bases map[string]string

	// config stands in place of the file that Config names.
	config *source.File
}

// Rendered is the text of a file that another program has rendered. Path is "" for
// standard input.
type Rendered struct{ Path, Text string }

// ImageOption is one image and, where the user knows, what built it.
type ImageOption struct{ Ref, Dockerfile, Target string }

// UsageError is a wish that cannot be meant: exit 2.
type UsageError struct{ Reason string }

// Error returns the reason with the line to write instead.
func (e *UsageError) Error() string { return e.Reason }
