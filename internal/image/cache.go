package image

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"sync"

	"github.com/tidewaiter/tidewaiter/internal/registry"
)

// Store keeps bytes by key between runs: a folder, a registry, the cache of a CI
// system. Keys are lower-case hexadecimal. What comes back is not trusted.
type Store interface {
	// Get returns the entry of a key, or fs.ErrNotExist.
	Get(ctx context.Context, key string) ([]byte, error)
	// Put keeps an entry; an older one of that key may be replaced or stay.
	Put(ctx context.Context, key string, entry []byte) error
}

// Authority signs inventories, and tells which signatures make one count. A
// signature is whatever it can verify later: of a key, or a bundle.
type Authority interface {
	Sign(ctx context.Context, statement []byte) (signature []byte, err error)
	Verify(ctx context.Context, statement, signature []byte) error
}

// Cache remembers what layers hold: within a run, and in a store between runs.
// The zero value remembers within a run. What it keeps are facts, never verdicts.
type Cache struct {
	// Store is nil for none.
	Store Store
	// Authority, where it is set, must have signed an entry for it to count;
	// otherwise the layer is read again, and signed.
	Authority Authority
	// Notice is told, once for each kind, of entries and stores that are of no
	// use; nil for nobody.
	Notice func(text string)

	mu      sync.Mutex
	known   map[inventoryKey]*Inventory
	noticed map[string]bool
	// deaf and mute are set once the store could not be read or written.
	deaf, mute bool
	// hits and reads count the layers that were known and those that were read.
	hits, reads int
}

// inventoryKey is a layer as read in this run.
type inventoryKey struct {
	layerKey
	secrets bool
}

// Counts returns how many layers were known, from this run or an earlier one, and
// how many were read.
func (c *Cache) Counts() (known, read int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.hits, c.reads
}

// key is the address of a layer's inventory in a store: the layer's content, and
// what reads it. How the layer is compressed is no part of it.
func (c *Cache) key(diffID string, secrets bool) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %s %t", readerVersion(), diffID, secrets))
	return hex.EncodeToString(sum[:20])
}

// get returns what is known of a layer; with secrets it must have been searched
// for them, without it may have been.
func (c *Cache) get(ctx context.Context, l registry.Layer, secrets bool) *Inventory {
	for _, searched := range []bool{true, false} {
		if secrets && !searched {
			break
		}
		if inv := c.find(ctx, l, searched); inv != nil {
			c.mu.Lock()
			c.hits++
			c.mu.Unlock()
			return inv
		}
	}
	return nil
}

func (c *Cache) find(ctx context.Context, l registry.Layer, secrets bool) *Inventory {
	c.mu.Lock()
	inv, broken := c.known[inventoryKey{keyOf(l), secrets}], c.deaf
	c.mu.Unlock()
	if inv != nil || c.Store == nil || broken {
		return inv
	}
	s, err := c.load(ctx, l.DiffID, secrets)
	switch {
	case errors.Is(err, fs.ErrNotExist), ctx.Err() != nil:
		return nil
	case errors.As(err, new(*entryError)):
		c.notice("entry", fmt.Sprintf("the cached inventory of layer %s is of no use, so the layer is read again: %v", l.DiffID, err))
		return nil
	case err != nil:
		c.giveUp(true, err)
		return nil
	case l.Digest != "" && !slices.Contains(s.Blobs, l.Digest):
		// Somebody says that this blob unpacks to that content. Reading it proves it.
		return nil
	}
	c.remember(l, secrets, &s.Inventory)
	return &s.Inventory
}

// entryError is an entry that came and does not count.
type entryError struct{ err error }

func (e *entryError) Error() string { return e.err.Error() }
func (e *entryError) Unwrap() error { return e.err }

// load reads and checks an entry of the store.
func (c *Cache) load(ctx context.Context, diffID string, secrets bool) (*stored, error) {
	key := c.key(diffID, secrets)
	entry, err := c.Store.Get(ctx, key)
	if err != nil {
		return nil, err
	}
	signature, frame, err := unpack(entry)
	if err != nil {
		return nil, &entryError{err}
	}
	if c.Authority != nil {
		if len(signature) == 0 {
			return nil, fs.ErrNotExist // made by a run that signs nothing: ordinary
		}
		if err := c.Authority.Verify(ctx, statement(key, frame), signature); err != nil {
			return nil, &entryError{fmt.Errorf("its signature does not count: %w", err)}
		}
	}
	s, err := decode(frame)
	if err != nil {
		return nil, &entryError{err}
	}
	if s.Version != readerVersion() || s.Inventory.DiffID != diffID || s.Secrets != secrets {
		return nil, &entryError{fmt.Errorf("it is that of layer %.80q", s.Inventory.DiffID)}
	}
	return s, nil
}

// put keeps what was read of a layer.
func (c *Cache) put(ctx context.Context, l registry.Layer, secrets bool, inv *Inventory) {
	c.remember(l, secrets, inv)
	c.mu.Lock()
	c.reads++
	broken := c.mute
	c.mu.Unlock()
	if c.Store == nil || broken {
		return
	}
	if err := c.keep(ctx, l, secrets, inv); err != nil && ctx.Err() == nil {
		c.giveUp(false, err)
	}
}

// keep writes an entry. Blobs that were verified before stay known.
func (c *Cache) keep(ctx context.Context, l registry.Layer, secrets bool, inv *Inventory) error {
	s := &stored{Version: readerVersion(), Secrets: secrets, Inventory: *inv}
	if old, err := c.load(ctx, inv.DiffID, secrets); err == nil {
		s.Blobs = old.Blobs
	}
	if l.Digest != "" && !slices.Contains(s.Blobs, l.Digest) {
		s.Blobs = append(s.Blobs[max(0, len(s.Blobs)-MaxBlobs+1):], l.Digest)
	}
	frame, err := s.encode()
	if err != nil {
		return err
	}
	key := c.key(inv.DiffID, secrets)
	var signature []byte
	if c.Authority != nil {
		if signature, err = c.Authority.Sign(ctx, statement(key, frame)); err != nil {
			return fmt.Errorf("sign: %w", err)
		}
	}
	return c.Store.Put(ctx, key, pack(signature, frame))
}

// statement is what is signed of an entry: that this content has this address.
func statement(key string, frame []byte) []byte {
	return fmt.Appendf(nil, "%s\n%x\n", key, sha256.Sum256(frame))
}

func (c *Cache) remember(l registry.Layer, secrets bool, inv *Inventory) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known == nil {
		c.known = map[inventoryKey]*Inventory{}
	}
	c.known[inventoryKey{keyOf(l), secrets}] = inv
}

// giveUp leaves the store alone for the rest of the run: whoever cannot be
// reached now should not be waited for at every layer. One that only may not be
// written, as on a pull request of a fork, is still read.
func (c *Cache) giveUp(reading bool, err error) {
	c.mu.Lock()
	c.deaf, c.mute = c.deaf || reading, true
	c.mu.Unlock()
	what := "written to"
	if reading {
		what = "used"
	}
	c.notice("store", fmt.Sprintf("the cache of layers is not %s any further in this run: %v", what, err))
}

// notice tells something of one kind once.
func (c *Cache) notice(kind, text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.noticed[kind] || c.Notice == nil {
		return
	}
	if c.noticed == nil {
		c.noticed = map[string]bool{}
	}
	c.noticed[kind] = true
	c.Notice(text)
}
