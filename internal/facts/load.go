package facts

import (
	"context"
	"fmt"
	"maps"
	"sync"

	"github.com/tidewaiter/tidewaiter/internal/advisory"
	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/registry"
	"github.com/tidewaiter/tidewaiter/internal/source"
	"golang.org/x/sync/errgroup"
)

// Sources is what a Project is loaded from.
type Sources struct {
	Repo *source.Repo
	// Skip leaves out paths, nil for none.
	Skip   func(path string) bool
	Images []ImageSource
	// Advisories is nil where there is no data.
	Advisories *advisory.DB
	// Bases tells the configuration of base images; nil for the built-in table
	// alone.
	Bases dockerfile.Bases
	// Pins tells what became of images named by digest; nil where nobody wants to
	// know.
	Pins func(ctx context.Context, refs []string) map[string]dockerfile.Pin
	// Contexts are the build contexts that the configuration names, by Dockerfile.
	Contexts map[string]string
	// Waivers of the configuration are handed on to the rules that judge them.
	Waivers []source.Waiver
	// Targets are the releases of Kubernetes that the configuration names.
	Targets []source.Target
	// Ignores of another tool's configuration count as if they stood in place.
	Ignores []source.Ignore
	// Rendered are manifests that another program has rendered.
	Rendered []manifest.RenderedFile
	// Changes narrows what is judged to what a change touches; nil judges all.
	Changes *source.Changes
	// Policies are the documents of the files of policies and rules that the user
	// names, besides those of the repository.
	Policies []*manifest.Object
	// Predict evaluates admission policies (admission.Predict); nil where nobody
	// wants to know.
	Predict func(manifest.Admission) *manifest.Prediction
	// Layers remembers what the layers of images hold; nil reads each.
	Layers *image.Cache
	// Secrets asks for the credentials in the repository's own text files.
	Secrets bool
	// Progress is told of each step that may take long, nil for none; Transfer of the
	// bytes of layers that have been read, as image.Options.Progress is.
	Progress func(step string)
	Transfer func(done, total int64)
}

// ImageSource is one image to judge. Dockerfile and Target are "" where the user
// did not say which Dockerfile built it.
type ImageSource struct {
	Content            *registry.Content
	Dockerfile, Target string
	// Name is the registry reference that the image will be pushed as, "" where it
	// is in a registry already or stays where it is.
	Name string
	// Read is the image where it was read already, for another state of the
	// repository; nil to read it.
	Read *image.Image
}

// world is what the readers bring back, before anything is joined.
type world struct {
	dockerfiles []*dockerfile.File
	bases       answers
	pins        map[string]dockerfile.Pin
	contexts    *dockerfile.Contexts
	manifests   *manifest.FileSet
	images      []*image.Image
	told        []statements // by image
	secrets     []FileSecret
	// secretIgnores are comments in the files with secrets, unsearched the files that
	// could not be searched.
	secretIgnores []source.Ignore
	unsearched    []source.NotAnalysed
	notAnalysed   [3][]source.NotAnalysed // repository, Dockerfiles, manifests
}

// Load reads everything and joins it. An image that cannot be read is an error
// that names it, as is advisory data that is there and cannot be used; a file of
// the repository that cannot be read is a not-analysed entry.
func Load(ctx context.Context, s Sources) (*Project, error) {
	s.Progress = oneAtATime(s.Progress)
	w, err := s.read(ctx)
	if err != nil {
		return nil, err
	}
	p := &Project{Repo: s.Repo, Dockerfiles: w.dockerfiles, Renders: w.manifests.Renders, Images: w.images, Waivers: s.Waivers, Targets: s.Targets, bases: w.bases, contexts: w.contexts, Pins: w.pins, Changes: s.Changes}
	p.leave(w)
	p.Ignores = append(ignores(w), s.Ignores...)
	for _, list := range w.notAnalysed {
		p.NotAnalysed = append(p.NotAnalysed, list...)
	}
	p.joinSecrets(w)
	if err := p.joinImages(ctx, s, (*dockerfile.Instruction).MatchesHistory, w.told); err != nil {
		return nil, err
	}
	p.prediction = newPrediction(p, s)
	if err := p.joinAdvisories(ctx, s); err != nil {
		return nil, err
	}
	listed, cut := inputs(p.Dockerfiles)
	p.Inputs, p.NotAnalysed = listed, append(p.NotAnalysed, cut...)
	p.Have.Dockerfiles, p.Have.Manifests, p.Have.Images = len(p.Dockerfiles) > 0, len(p.Renders) > 0, len(p.Images) > 0
	p.NotAnalysed = place(p.Repo, p.NotAnalysed)
	return p, nil
}

// read runs the readers side by side.
func (s Sources) read(ctx context.Context) (*world, error) {
	w := &world{images: make([]*image.Image, len(s.Images)), told: make([]statements, len(s.Images))}
	layers := s.Layers
	if layers == nil {
		layers = &image.Cache{} // layers that the images share are read once
	}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		s.step("read Dockerfiles")
		_, w.notAnalysed[0] = s.Repo.Walk()
		w.dockerfiles, w.notAnalysed[1] = dockerfile.Load(ctx, s.Repo, s.Skip)
		known, missing := s.configure(ctx, w.dockerfiles)
		w.bases, w.notAnalysed[1] = known, append(w.notAnalysed[1], missing...)
		w.pins = s.pins(ctx, w.dockerfiles)
		if len(w.dockerfiles) > 0 {
			w.contexts = dockerfile.NewContexts(s.Repo, s.Contexts)
			w.notAnalysed[1] = append(w.notAnalysed[1], w.contexts.Join(w.dockerfiles)...)
		}
		return nil
	})
	group.Go(func() (err error) {
		w.secrets, w.secretIgnores, w.unsearched, err = s.secrets(ctx)
		return err
	})
	group.Go(func() (err error) {
		s.step("render manifests")
		if w.manifests, err = manifest.Load(ctx, s.Repo, manifest.Options{Skip: s.Skip, Changes: s.Changes, Rendered: s.Rendered}); err == nil {
			w.notAnalysed[2] = w.manifests.NotAnalysed
		}
		return err
	})
	group.Go(func() (err error) {
		// One image after the other: each reads its layers side by side.
		for i, img := range s.Images {
			if img.Read != nil {
				w.images[i] = img.Read
				continue
			}
			s.step("read image " + img.Content.Ref)
			if w.images[i], err = image.Read(ctx, img.Content, image.Options{Cache: layers, Progress: s.Transfer}); err != nil {
				return fmt.Errorf("read image: %w", err)
			}
			w.told[i] = readStatements(ctx, img.Content)
		}
		return nil
	})
	return w, group.Wait()
}

func (s Sources) step(what string) { s.Progress(what) }

// oneAtATime lets readers that run side by side share a listener.
func oneAtATime(tell func(string)) func(string) {
	if tell == nil {
		return func(string) {}
	}
	var mu sync.Mutex
	return func(step string) {
		mu.Lock()
		defer mu.Unlock()
		tell(step)
	}
}

// ignores gathers the in-place waivers of all worlds.
func ignores(w *world) []source.Ignore {
	var out []source.Ignore
	for _, f := range w.dockerfiles {
		if !f.Unchanged {
			out = append(out, f.Ignores...)
		}
	}
	return append(out, w.manifests.Ignores...)
}

// joinImages joins the images with the Dockerfiles that built them and the
// containers that run them.
func (p *Project) joinImages(ctx context.Context, s Sources, made madeBy, told []statements) error {
	repos := map[*image.Image]map[string]bool{}
	for i, img := range p.Images {
		var stated *dockerfile.Stage
		if s.Images[i].Dockerfile != "" {
			target, extra, err := statedTarget(p.Repo, p.Dockerfiles, s.Images[i])
			if err != nil {
				return err
			}
			if stated = target; extra != nil {
				more, _ := s.configure(ctx, []*dockerfile.File{extra})
				maps.Copy(p.bases, more)
				p.Dockerfiles = append(p.Dockerfiles, extra)
				p.NotAnalysed = append(p.NotAnalysed, extra.NotAnalysed...)
				p.NotAnalysed = append(p.NotAnalysed, dockerfile.JoinContexts(p.Repo, []*dockerfile.File{extra}, s.Contexts)...)
			}
		}
		builds, unknown := joinBuilds(img, stated, p.Dockerfiles, made, told[i])
		p.Builds = append(p.Builds, builds...)
		p.NotAnalysed = append(p.NotAnalysed, unknown...)
		p.NotAnalysed = append(p.NotAnalysed, insideImage(img)...)
		repos[img] = names(img, s.Images[i].Name)
	}
	joinBases(p.Builds)
	p.repos = repos
	p.Deployments = joinDeployments(p.Renders, p.Builds, repos)
	for _, d := range p.Deployments {
		for _, b := range d.Builds {
			b.Deployed = append(b.Deployed, d.Container.Image.Field)
		}
	}
	return nil
}

// insideImage returns what could not be read of an image. Its paths are the
// image's, not the repository's, so they move into the reason.
func insideImage(img *image.Image) []source.NotAnalysed {
	var out []source.NotAnalysed
	for _, p := range img.Platforms {
		for _, n := range p.NotAnalysed {
			reason := n.Reason
			if n.Path != "" {
				reason = n.Path + ": " + reason
			}
			out = append(out, source.NotAnalysed{Concern: n.Concern, Reason: fmt.Sprintf("%s (%s): %s", img.Ref, p.Platform, reason)})
		}
	}
	return out
}

// joinAdvisories looks up every package of every image.
func (p *Project) joinAdvisories(ctx context.Context, s Sources) error {
	packages := countPackages(p.Builds)
	if packages == 0 {
		return nil
	}
	if s.Advisories == nil {
		p.NotAnalysed = append(p.NotAnalysed, source.NotAnalysed{Concern: source.ConcernAdvisories, Reason: fmt.Sprintf(
			"vulnerabilities of %d packages are not known, since there is no advisory data; name it with --advisories", packages)})
		return nil
	}
	s.step("match advisories")
	found, missing, err := find(ctx, s.Advisories, p.Builds)
	if err != nil {
		return err
	}
	p.Vulnerabilities = joinVulnerabilities(p.Builds, found)
	p.NotAnalysed = append(p.NotAnalysed, unknownEcosystems(p.Builds)...)
	p.NotAnalysed = append(p.NotAnalysed, missingAdvisories(missing)...)
	p.Advisories = s.Advisories.Info()
	p.Have.Advisories = p.Advisories.Digest != ""
	return nil
}
