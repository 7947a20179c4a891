package registry

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"

	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

// Checksum downloads the one file that the repository under test names by an
// https address, and returns the "sha256:…" of what a build would get. The same
// is refused as for images: other schemes and ports, addresses that are not
// public, in every redirect as well. Nothing but the hash is kept.
func Checksum(ctx context.Context, o PublicOptions, url string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, publicFileTimeout)
	defer cancel()
	o.Connect, o.Answer = cmp.Or(o.Connect, fileConnectTimeout), cmp.Or(o.Answer, defaultTimeout)
	rt, proxy := o.transport()
	client := &http.Client{
		Transport:     transport.NewUserAgent(&patience{next: &publicGuard{next: rt, hosts: o.Hosts, proxy: proxy}, limit: o.Answer}, o.UserAgent),
		CheckRedirect: checkRedirect,
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", err
	}
	if req.URL.User != nil {
		return "", &refusedError{req.URL.Host, "a password in an address is not sent"}
	}
	resp, err := client.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return "", fmt.Errorf("the server answers %s", resp.Status)
	}
	hash := sha256.New()
	n, err := io.Copy(hash, io.LimitReader(resp.Body, MaxPublicFileBytes+1))
	switch {
	case err != nil:
		return "", err
	case n > MaxPublicFileBytes:
		return "", fmt.Errorf("it is larger than the limit of %d MiB", MaxPublicFileBytes>>20)
	}
	return "sha256:" + hex.EncodeToString(hash.Sum(nil)), nil
}
