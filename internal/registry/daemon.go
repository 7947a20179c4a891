package registry

import (
	"cmp"
	"context"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"syscall"

	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

const defaultDaemon = "unix:///var/run/docker.sock"

// openDaemon saves an image of the Docker daemon to a temporary file, which
// goes with the content or the process, and reads it as docker-archive: does.
//
// The library's daemon package is not used: it keeps the image in memory, or
// asks the daemon for all of it once a layer, or leaves its file behind. The
// one call it takes is https://docs.docker.com/reference/api/engine/#tag/Image/operation/ImageGet.
func (c *Client) openDaemon(ctx context.Context, ref, image string) (store, error) {
	body, err := c.saveImage(ctx, ref, image)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	f, err := os.CreateTemp(c.opts.TempDir, "image-*.tar")
	if err != nil {
		return nil, failure(ref, Failed, "make room for the image or name another folder (TMPDIR)", "temporary file: %v", err)
	}
	// Unlinked at once: an open file needs no name, and nothing is left behind
	// even if the process is killed.
	_ = os.Remove(f.Name())
	a, err := spool(ref, f, body)
	if err != nil {
		f.Close()
		return nil, err
	}
	d, err := readDockerArchive(ref, "", a)
	if err != nil {
		a.close()
		return nil, err
	}
	return d, nil
}

func spool(ref string, f *os.File, body io.Reader) (*archive, error) {
	if _, err := io.Copy(f, body); err != nil {
		return nil, classify(ref, err)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, classify(ref, err)
	}
	return indexArchive(ref, f)
}

func (c *Client) saveImage(ctx context.Context, ref, image string) (io.ReadCloser, error) {
	host := cmp.Or(c.opts.DaemonHost, defaultDaemon)
	network, address, ok := strings.Cut(host, "://")
	if !ok || (network != "unix" && network != "tcp") {
		return nil, failure(ref, Unsupported, "run `docker save "+image+" -o image.tar` and give docker-archive:image.tar",
			"the daemon at %s cannot be reached from here: only unix:// and tcp:// without TLS are", host)
	}
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, address)
	}
	hc := &http.Client{Transport: &patience{limit: 10 * c.opts.Timeout, next: &http.Transport{DialContext: dial, DisableKeepAlives: true}}}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://docker/images/"+url.PathEscape(image)+"/get", nil)
	if err != nil {
		return nil, badName(ref, "write docker: and an image's name or ID")
	}
	resp, err := hc.Do(req)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ECONNREFUSED):
		return nil, failure(ref, Refused, "start it, or give the image as oci:DIR or docker-archive:FILE", "no Docker daemon answers at %s", host)
	case errors.Is(err, fs.ErrPermission):
		return nil, failure(ref, Forbidden, "add the user to the docker group, or run `docker save` as one who may", "no access to the Docker daemon at %s", host)
	case err != nil:
		return nil, classify(ref, err)
	case resp.StatusCode == http.StatusNotFound:
		resp.Body.Close()
		return nil, failure(ref, NotFound, "see `docker images`, or build it first", "the Docker daemon has no image %q", image)
	}
	if err := transport.CheckError(resp, http.StatusOK); err != nil {
		resp.Body.Close()
		return nil, classify(ref, err)
	}
	return resp.Body, nil
}
