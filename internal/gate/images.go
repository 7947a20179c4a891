package gate

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/policy"
	"github.com/tidewaiter/tidewaiter/internal/registry"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// openedImage is an image the user named, resolved once.
type openedImage struct {
	option  ImageOption
	content *registry.Content
}

type opened []openedImage

func (o opened) close() {
	for _, img := range o {
		img.content.Close()
	}
}

// check refuses wishes that cannot be carried out before anything is read.
func (o Options) check(ctx context.Context, env Env) error {
	local := 0
	for _, img := range o.Images {
		if IsLocal(img.Ref) {
			local++
		}
	}
	switch {
	case o.Push != "" && len(o.Images) != 1:
		return &UsageError{"--push needs exactly one --image, a layout, archive or daemon image: --image oci:DIR --push " + o.Push}
	case o.Push != "" && local == 0:
		return &UsageError{fmt.Sprintf("--push needs an image that is not in a registry yet, and %s is: leave --push out, or judge it before it is pushed: --image oci:DIR --push %s", o.Images[0].Ref, o.Push)}
	case !o.Sign:
		return nil
	case o.Since != "":
		return &UsageError{"--sign judges everything, so that nothing it signs was left out: leave --changed-since out"}
	case o.Compare != nil:
		return &UsageError{"--sign judges everything, since what is signed is shipped whole: leave --new-since out"}
	case len(o.Images) == 0:
		return &UsageError{"--sign needs the image to sign: --image REGISTRY/NAME@sha256:…, or --image oci:DIR --push REGISTRY/NAME:TAG"}
	case o.Key == nil && o.Keyless == nil:
		return &UsageError{"--sign needs a key: --key cosign.key, or --key env://VARIABLE; or, without a key, an identity: in a GitHub workflow permissions: id-token: write, elsewhere --identity-token FILE"}
	case local > 0 && o.Push == "":
		return &UsageError{"--sign signs what is in a registry: add --push REGISTRY/NAME:TAG"}
	}
	for _, img := range o.Images {
		if !IsLocal(img.Ref) && !registry.IsDigestRef(img.Ref) {
			return &UsageError{fmt.Sprintf("--sign needs a digest, since the tag %s can move while it is judged: write --image %s", img.Ref, byDigest(ctx, env, img.Ref))}
		}
	}
	return nil
}

// byDigest returns what the user should write in place of a tag.
func byDigest(ctx context.Context, env Env, ref string) string {
	content, err := env.Registry.Open(ctx, ref)
	if err != nil {
		return ref + "@sha256:<digest>"
	}
	defer content.Close()
	return content.Resolved.Reference()
}

// IsLocal reports whether a reference names something outside a registry.
func IsLocal(ref string) bool {
	for _, p := range []string{"oci:", "oci-archive:", "docker-archive:", "docker:"} {
		if strings.HasPrefix(ref, p) {
			return true
		}
	}
	return false
}

// openImages resolves every image once. What the configuration says of an
// image's Dockerfile fills in what the command line leaves out.
func openImages(ctx context.Context, env Env, o Options, pol *policy.Policy) (opened, error) {
	var out opened
	for _, img := range o.Images {
		env.step("open " + img.Ref)
		content, err := env.Registry.Open(ctx, img.Ref)
		if err != nil {
			out.close()
			return nil, err
		}
		out = append(out, openedImage{configured(img, o.Push, pol), content})
	}
	return out, nil
}

func configured(img ImageOption, push string, pol *policy.Policy) ImageOption {
	if img.Dockerfile != "" {
		return img
	}
	for _, c := range pol.Config.Images {
		if sameRepository(c.Ref, img.Ref) || push != "" && sameRepository(c.Ref, push) {
			return ImageOption{Ref: img.Ref, Dockerfile: c.Dockerfile, Target: c.Target}
		}
	}
	return img
}

func sameRepository(a, b string) bool {
	ra, errA := registry.ParseRef(a)
	rb, errB := registry.ParseRef(b)
	if errA != nil || errB != nil {
		return a == b
	}
	return ra.Repo() == rb.Repo()
}

// namedFile reads a file that the user named, outside of the repository or in it.
func namedFile(named string) (*source.File, error) {
	data, err := os.ReadFile(named)
	if errors.Is(err, os.ErrNotExist) {
		return nil, &UsageError{fmt.Sprintf("--config %s: no such file", named)}
	}
	if err != nil {
		return nil, &UsageError{fmt.Sprintf("--config: %v", err)}
	}
	if len(data) > source.MaxFileBytes {
		return nil, &UsageError{fmt.Sprintf("--config %s: %v", named, source.ErrTooLarge)}
	}
	return source.NewFile(filepath.ToSlash(named), string(data)), nil
}

func (e Env) step(what string) {
	if e.Progress != nil {
		e.Progress(what)
	}
}
