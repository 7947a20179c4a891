package revision

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/plumbing/storer"
)

// UnknownError is a revision that the repository does not have.
type UnknownError struct {
	Revision string
	// Shallow is true where the clone holds only the newest commits.
	Shallow bool
	reason  string
}

// Error names the revision and the next step.
func (e *UnknownError) Error() string {
	text := fmt.Sprintf("the revision %q is not in this clone: %s", e.Revision, e.reason)
	if e.Shallow {
		return text + "; the clone is shallow: fetch its history (with actions/checkout, fetch-depth: 0), or the one commit (git fetch --depth=1 origin COMMIT) and name that"
	}
	return text + "; write a branch (main, origin/main), a tag, a commit, or one of these with ~N or ^N behind, and fetch it first"
}

// resolve returns the commit that a revision names: a reference, short or full,
// or a commit's hash of at least four digits, and behind it any of ~N, ^N and
// ^{commit} (https://git-scm.com/docs/gitrevisions).
func (h *history) resolve(rev string) (*object.Commit, error) {
	unknown := func(err error) error {
		shallow, _ := h.store.Shallow()
		return &UnknownError{Revision: rev, Shallow: len(shallow) > 0, reason: err.Error()}
	}
	name, steps := rev, ""
	if i := strings.IndexAny(rev, "~^"); i >= 0 {
		name, steps = rev[:i], rev[i:]
	}
	if name == "@" {
		name = "HEAD"
	}
	hash, err := h.named(name)
	if err != nil {
		return nil, unknown(err)
	}
	commit, err := h.commit(hash)
	for err == nil && steps != "" {
		commit, steps, err = h.back(commit, steps)
	}
	if err != nil {
		return nil, unknown(err)
	}
	return commit, nil
}

var errNoSuchName = errors.New("no branch, tag or commit has that name")

// named finds a name in the order that git looks in.
func (h *history) named(name string) (plumbing.Hash, error) {
	if strings.ContainsAny(name, "\x00\\:?*[ ") || strings.Contains(name, "..") || strings.HasPrefix(name, "/") || strings.HasPrefix(name, "-") || name == "" {
		return plumbing.ZeroHash, errors.New("it is no name of a commit")
	}
	if plumbing.IsHash(name) {
		return plumbing.NewHash(name), nil
	}
	for _, rule := range plumbing.RefRevParseRules {
		ref, err := storer.ResolveReference(h.store, plumbing.ReferenceName(fmt.Sprintf(rule, name)))
		if err == nil {
			return ref.Hash(), nil
		}
	}
	if hash, err := h.abbreviated(name); err != nil || !hash.IsZero() {
		return hash, err
	}
	return plumbing.ZeroHash, errNoSuchName
}

// abbreviated finds the commit that a short hash begins; the zero hash where it
// is none.
func (h *history) abbreviated(name string) (plumbing.Hash, error) {
	if len(name) < 4 || len(name) > 40 {
		return plumbing.ZeroHash, nil
	}
	whole, err := hex.DecodeString(name[:len(name)/2*2])
	if err != nil {
		return plumbing.ZeroHash, nil //nolint:nilerr // a name that is no hash begins none
	}
	hashes, err := h.store.HashesWithPrefix(whole)
	if err != nil {
		return plumbing.ZeroHash, err
	}
	var found plumbing.Hash
	for _, hash := range hashes {
		if _, err := h.commit(hash); err != nil || !strings.HasPrefix(hash.String(), strings.ToLower(name)) {
			continue
		}
		if !found.IsZero() && found != hash {
			return plumbing.ZeroHash, errors.New("several commits begin like that")
		}
		found = hash
	}
	return found, nil
}

// commit returns the commit of a hash, through tags.
func (h *history) commit(hash plumbing.Hash) (*object.Commit, error) {
	for range maxSteps {
		if err := h.small(hash); err != nil {
			return nil, err
		}
		tag, err := object.GetTag(h.store, hash)
		if errors.Is(err, plumbing.ErrObjectNotFound) {
			commit, err := object.GetCommit(h.store, hash)
			if errors.Is(err, plumbing.ErrObjectNotFound) {
				err = fmt.Errorf("the commit %s is missing", hash)
			}
			return commit, err
		}
		if err != nil {
			return nil, err
		}
		hash = tag.Target
	}
	return nil, fmt.Errorf("more than the limit of %d tags of tags", maxSteps)
}

// small refuses an object that is larger than any real one of its kind.
func (h *history) small(hash plumbing.Hash) error {
	if size, err := h.store.EncodedObjectSize(hash); err == nil && size > maxObject {
		return fmt.Errorf("the object %s is larger than the limit of %d MiB", hash, maxObject>>20)
	}
	return nil
}

// back takes one step of the kind ~N, ^N or ^{commit}.
func (h *history) back(c *object.Commit, steps string) (*object.Commit, string, error) {
	for _, same := range []string{"^{commit}", "^{}", "^0"} {
		if rest, ok := strings.CutPrefix(steps, same); ok {
			return c, rest, nil
		}
	}
	digits := len(steps[1:]) - len(strings.TrimLeft(steps[1:], "0123456789"))
	n := 1
	if digits > 0 {
		var err error
		if n, err = strconv.Atoi(steps[1 : 1+digits]); err != nil || n > maxSteps {
			return nil, "", fmt.Errorf("more than the limit of %d commits back", maxSteps)
		}
	}
	rest := steps[1+digits:]
	if rest != "" && rest[0] != '~' && rest[0] != '^' {
		return nil, "", fmt.Errorf("%q behind a name is not understood", steps)
	}
	if steps[0] == '^' {
		c, err := h.parent(c, n)
		return c, rest, err
	}
	var err error
	for ; n > 0 && err == nil; n-- {
		c, err = h.parent(c, 1)
	}
	return c, rest, err
}

func (h *history) parent(c *object.Commit, n int) (*object.Commit, error) {
	if n > len(c.ParentHashes) {
		return nil, fmt.Errorf("the commit %s has %d parents", c.Hash, len(c.ParentHashes))
	}
	return h.commit(c.ParentHashes[n-1])
}
