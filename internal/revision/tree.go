package revision

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// entry is a file of a tree.
type entry struct {
	mode filemode.FileMode
	hash plumbing.Hash
}

// files lists the files of a commit below the history's folder, by their path
// from there. Submodules have their own history and are left out.
func (h *history) files(ctx context.Context, c *object.Commit) (map[string]entry, error) {
	out := map[string]entry{}
	root, err := h.folder(c.TreeHash)
	if err != nil || root.IsZero() {
		return out, err
	}
	return out, h.list(ctx, root, "", 0, out)
}

// folder returns the tree of the history's folder, zero where the commit has none.
func (h *history) folder(root plumbing.Hash) (plumbing.Hash, error) {
	if h.prefix == "" {
		return root, nil
	}
	for part := range strings.SplitSeq(h.prefix, "/") {
		tree, err := h.tree(root)
		if err != nil {
			return plumbing.ZeroHash, err
		}
		root = plumbing.ZeroHash
		for _, e := range tree.Entries {
			if e.Name == part && e.Mode == filemode.Dir {
				root = e.Hash
			}
		}
		if root.IsZero() {
			return root, nil
		}
	}
	return root, nil
}

func (h *history) tree(hash plumbing.Hash) (*object.Tree, error) {
	if err := h.small(hash); err != nil {
		return nil, err
	}
	tree, err := object.GetTree(h.store, hash)
	if errors.Is(err, plumbing.ErrObjectNotFound) {
		return nil, fmt.Errorf("the tree %s is missing in this clone; fetch it whole", hash)
	}
	return tree, err
}

func (h *history) list(ctx context.Context, hash plumbing.Hash, dir string, depth int, out map[string]entry) error {
	if depth > maxDepth {
		return fmt.Errorf("the revision has folders deeper than the limit of %d", maxDepth)
	}
	tree, err := h.tree(hash)
	if err != nil {
		return err
	}
	for _, e := range tree.Entries {
		if e.Name == "" || e.Name == "." || e.Name == ".." || strings.Contains(e.Name, "/") {
			continue // no git writes such a name, and no file can have it
		}
		name := path.Join(dir, e.Name)
		switch e.Mode {
		case filemode.Dir:
			if err := h.list(ctx, e.Hash, name, depth+1, out); err != nil {
				return err
			}
		case filemode.Submodule:
		default:
			out[name] = entry{e.Mode, e.Hash}
		}
		if len(out) > maxEntries {
			return fmt.Errorf("the revision has more than the limit of %d files", maxEntries)
		}
	}
	return ctx.Err()
}
