package image

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/secret"
)

// secrets searches the texts of a layer, large ones in parts. Programs and other
// binaries are left out.
func secrets(rules *secret.Searcher) extractor {
	return extractor{
		what: "text", limit: MaxSecretBytes,
		wants: func(p Path, head []byte) bool {
			_, text := secret.Text(head[:len(head)&^1])
			return p.Size >= 8 && !isExecutable(head) && text && searched(p.Name)
		},
		run: func(inv *Inventory, p Path, data []byte) error {
			text, ok := secret.Text(data)
			if !ok {
				return nil
			}
			found, tried := rules.Search(p.Name, text, leastCertain(p.Name), MaxTriedBytes-inv.tried)
			return inv.addSecrets(p.Name, "", found, tried)
		},
		stream: func(inv *Inventory, p Path, r io.Reader) error {
			found, tried, err := rules.Stream(p.Name, r, leastCertain(p.Name), MaxTriedBytes-inv.tried)
			if err != nil && !errors.Is(err, secret.ErrBinary) {
				return err
			}
			return inv.addSecrets(p.Name, "", found, tried)
		},
	}
}

// searched leaves out files without text of their own, and what libraries bring
// along to test and explain themselves: keys and tokens there open nothing. Of
// distributions' packages the fold knows better, by their lists of files.
func searched(name string) bool {
	library := secret.Installed(name) && !strings.HasPrefix(name, "usr/share/")
	return !secret.Skip(name) && !(library && (secret.Test(name) || secret.Manual(name)))
}

// leastCertain says how sure a find in a file must be: in the folders that
// package managers fill only what its form gives away counts.
func leastCertain(name string) secret.Certainty {
	if secret.Installed(name) {
		return secret.Form
	}
	return secret.Guessed
}

// addSecrets keeps what was found in a file, or in a file inside of it.
func (inv *Inventory) addSecrets(name, inside string, found []secret.Found, tried int64) error {
	for _, f := range found {
		s := secretOf(f)
		s.Path, s.Inside = name, inside
		inv.Secrets = append(inv.Secrets, s)
	}
	was := inv.tried
	inv.tried += tried
	if len(inv.Secrets) > MaxSecrets {
		inv.Secrets = inv.Secrets[:MaxSecrets]
		return fmt.Errorf("more than the limit of %d secrets in one layer; the others are not listed", MaxSecrets)
	}
	if was < MaxTriedBytes && inv.tried >= MaxTriedBytes {
		return fmt.Errorf("more than the limit of %d bytes in one layer look like secrets at first sight; what follows is not searched", MaxTriedBytes)
	}
	return nil
}

func secretOf(f secret.Found) Secret {
	return Secret{Detector: f.Detector, Description: f.Description, Line: f.Line, Generic: f.Certainty > secret.Form,
		Masked: f.Masked, Digest: f.Digest, DeletedIn: -1}
}
