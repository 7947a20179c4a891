package sign

import (
	"fmt"
	"time"

	"github.com/sigstore/sigstore-go/pkg/root"
	"github.com/sigstore/sigstore-go/pkg/sign"
)

// Services are where signing without a key asks for certificates, timestamps and
// log entries.
type Services struct {
	fulcio string
	tsa    []string
	logs   []log
	public bool
}

type log struct {
	url     string
	version uint32
}

// PublicServices are Sigstore's public ones: Rekor v1, and a timestamp as well,
// so that a signature outlives the log's clock.
func PublicServices() Services {
	return Services{fulcio: "https://fulcio.sigstore.dev", tsa: []string{"https://timestamp.sigstore.dev/api/v1/timestamp"},
		logs: []log{{"https://rekor.sigstore.dev", 1}}, public: true}
}

// LoadServices reads a signing configuration of the operator's
// (signing_config.json, as `cosign signing-config create` makes it).
func LoadServices(file string, now time.Time) (Services, error) {
	fail := func(err error) (Services, error) {
		return Services{}, &KeyError{Key: file, Detail: "is not a signing configuration that can be used: " + err.Error(), Err: err, Hint: "make one with `cosign signing-config create`"}
	}
	raw, err := readBounded(file, MaxRootBytes)
	if err != nil {
		return fail(err)
	}
	c, err := root.NewSigningConfigFromJSON(raw)
	if err != nil {
		return fail(err)
	}
	var s Services
	fulcio, err := root.SelectService(c.FulcioCertificateAuthorityURLs(), sign.FulcioAPIVersions, now)
	if err != nil {
		return fail(fmt.Errorf("certificate authority: %w", err))
	}
	s.fulcio = fulcio.URL
	if all := c.TimestampAuthorityURLs(); len(all) > 0 {
		chosen, err := root.SelectServices(all, c.TimestampAuthorityURLsConfig(), sign.TimestampAuthorityAPIVersions, now)
		if err != nil {
			return fail(fmt.Errorf("timestamp authority: %w", err))
		}
		for _, t := range chosen {
			s.tsa = append(s.tsa, t.URL)
		}
	}
	if all := c.RekorLogURLs(); len(all) > 0 {
		chosen, err := root.SelectServices(all, c.RekorLogURLsConfig(), sign.RekorAPIVersions, now)
		if err != nil {
			return fail(fmt.Errorf("transparency log: %w", err))
		}
		for _, l := range chosen {
			s.logs = append(s.logs, log{l.URL, l.MajorAPIVersion})
		}
	}
	if len(s.tsa) == 0 && (len(s.logs) == 0 || s.logs[0].version > 1) {
		return fail(fmt.Errorf("nothing in it tells the time: name a timestamp authority, or a log of version 1"))
	}
	return s, nil
}

// classicToo: the classic layout has no place for entries of Rekor v2, and none for
// a signature without a log.
func (s Services) classicToo() bool { return len(s.logs) > 0 && s.logs[0].version == 1 }
