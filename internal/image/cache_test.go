package image_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/image/imagetest"
	"github.com/tidewaiter/tidewaiter/internal/registry"
)

// memory is a store that fails when told to.
type memory struct {
	mu      sync.Mutex
	entries map[string][]byte
	gets    int
	fail    error
}

func (m *memory) Get(_ context.Context, key string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.gets++
	if m.fail != nil {
		return nil, m.fail
	}
	if entry, ok := m.entries[key]; ok {
		return entry, nil
	}
	return nil, fs.ErrNotExist
}

func (m *memory) Put(_ context.Context, key string, entry []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.entries == nil {
		m.entries = map[string][]byte{}
	}
	m.entries[key] = entry
	return m.fail
}

// change replaces every entry.
func (m *memory) change(f func([]byte) []byte) {
	for key, entry := range m.entries {
		m.entries[key] = f(bytes.Clone(entry))
	}
}

// seal is an authority with a shared secret.
type seal string

func (s seal) Sign(_ context.Context, statement []byte) ([]byte, error) {
	h := hmac.New(sha256.New, []byte(s))
	h.Write(statement)
	return h.Sum(nil), nil
}

func (s seal) Verify(ctx context.Context, statement, signature []byte) error {
	if want, _ := s.Sign(ctx, statement); !hmac.Equal(want, signature) {
		return errors.New("made by another key")
	}
	return nil
}

// countOpens counts how often layers are opened.
func countOpens(content *registry.Content) *atomic.Int32 {
	opened := &atomic.Int32{}
	for i := range content.Images {
		for j := range content.Images[i].Layers {
			l := &content.Images[i].Layers[j]
			open := l.Open
			l.Open = func(ctx context.Context) (io.ReadCloser, error) {
				opened.Add(1)
				return open(ctx)
			}
		}
	}
	return opened
}

func shared() imagetest.Spec {
	return layers(
		layer("usr/lib/os-release", debian12, "var/lib/dpkg/status", dpkg("libc6", "2.36-9"), "etc/passwd", "root:x:0:0::/:/bin/sh\n", "etc/old", "x", "dir/", ""),
		layer("app/node_modules/a/package.json", `{"name":"a","version":"1.0.0"}`, "root/.ssh/id", "-----BEGIN OPENSSH PRIVATE KEY-----\n"+random("key", alnum, 400)+"\n-----END OPENSSH PRIVATE KEY-----\n", "etc/old-", ""),
	)
}

func TestCacheServesWhatWasRead(t *testing.T) {
	store := &memory{}
	first := shared().Content()
	want, err := image.Read(t.Context(), first, image.Options{Cache: &image.Cache{Store: store}})
	require.NoError(t, err)
	require.Len(t, store.entries, 2)
	require.NotEmpty(t, want.Platforms[0].Secrets)

	again := shared().Content()
	opened := countOpens(again)
	cache := &image.Cache{Store: store}
	got, err := image.Read(t.Context(), again, image.Options{Cache: cache})
	require.NoError(t, err)
	require.Zero(t, opened.Load())
	known, read := cache.Counts()
	require.Equal(t, []int{2, 0}, []int{known, read})
	for i := range want.Platforms[0].Layers { // what only counts while a layer is read
		require.Equal(t, want.Platforms[0].Layers[i].Inventory.Paths, got.Platforms[0].Layers[i].Inventory.Paths)
	}
	for _, p := range []*image.Platform{want.Platforms[0], got.Platforms[0]} {
		p.Image, p.Layers = nil, nil
	}
	require.Equal(t, want.Platforms[0], got.Platforms[0])
}

// A second image that shares layers costs only its own.
func TestCacheSharesLayers(t *testing.T) {
	cache := &image.Cache{}
	_, err := image.Read(t.Context(), shared().Content(), image.Options{Cache: cache})
	require.NoError(t, err)
	other := shared()
	other.Layers = append(other.Layers, layer("app/node_modules/b/package.json", `{"name":"b","version":"2.0.0"}`))
	content := other.Content()
	opened := countOpens(content)
	img, err := image.Read(t.Context(), content, image.Options{Cache: cache})
	require.NoError(t, err)
	require.EqualValues(t, 1, opened.Load())
	require.Equal(t, map[string]int{"pkg:deb/debian/libc6@2.36-9?arch=amd64&distro=debian-12": 0, "pkg:npm/a@1.0.0": 1, "pkg:npm/b@2.0.0": 2}, purls(img.Platforms[0]))
}

// A blob that only claims to unpack to a known content is read all the same.
func TestCacheDoesNotTakeABlobsWord(t *testing.T) {
	store := &memory{}
	_, err := image.Read(t.Context(), shared().Content(), image.Options{Cache: &image.Cache{Store: store}})
	require.NoError(t, err)
	content := shared().Content()
	liar := layers(layer("app/miner", "x")).Content().Images[0].Layers[0]
	l := &content.Images[0].Layers[1]
	liar.DiffID = l.DiffID
	*l = liar
	_, err = image.Read(t.Context(), content, image.Options{Cache: &image.Cache{Store: store}})
	require.ErrorContains(t, err, "its unpacked content has digest")

	// Another compression of the same content is read once, and known from then on.
	for _, reads := range []int32{1, 0} {
		again := shared()
		again.Layers[1].Compression = "none"
		content := again.Content()
		opened := countOpens(content)
		_, err := image.Read(t.Context(), content, image.Options{Cache: &image.Cache{Store: store}})
		require.NoError(t, err)
		require.Equal(t, reads, opened.Load())
	}
	content = shared().Content()
	opened := countOpens(content)
	_, err = image.Read(t.Context(), content, image.Options{Cache: &image.Cache{Store: store}})
	require.NoError(t, err)
	require.Zero(t, opened.Load(), "both forms are known")
}

// What was searched for secrets serves a reader that wants none, not the other
// way round.
func TestCacheKnowsWhatWasSearched(t *testing.T) {
	store := &memory{}
	opens := func(skip bool) int32 {
		content := shared().Content()
		opened := countOpens(content)
		_, err := image.Read(t.Context(), content, image.Options{SkipSecrets: skip, Cache: &image.Cache{Store: store}})
		require.NoError(t, err)
		return opened.Load()
	}
	require.Equal(t, []int32{2, 0, 2, 0, 0}, []int32{opens(true), opens(true), opens(false), opens(false), opens(true)})
}

// A damaged or planted entry costs the reading of its layer and one notice.
func TestCacheReadsAgainWhatIsPoisoned(t *testing.T) {
	entries := func(spec imagetest.Spec) map[string][]byte {
		store := &memory{}
		_, err := image.Read(t.Context(), spec.Content(), image.Options{Cache: &image.Cache{Store: store}})
		require.NoError(t, err)
		return store.entries
	}
	other := entries(layers(layer("nothing", "bad")))
	for name, change := range map[string]func([]byte) []byte{
		"one byte": func(b []byte) []byte { b[len(b)-1] ^= 1; return b },
		"half":     func(b []byte) []byte { return b[:len(b)/2] },
		"empty":    func([]byte) []byte { return nil },
		"text":     func([]byte) []byte { return []byte("<html>login</html>") },
		"that of another layer": func([]byte) []byte {
			for _, entry := range other {
				return entry
			}
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			store := &memory{entries: maps.Clone(entries(shared()))}
			store.change(change)
			for _, reads := range []int32{2, 0} {
				var notices []string
				content := shared().Content()
				opened := countOpens(content)
				img, err := image.Read(t.Context(), content, image.Options{Cache: &image.Cache{Store: store, Notice: func(s string) { notices = append(notices, s) }}})
				require.NoError(t, err)
				require.Equal(t, reads, opened.Load())
				require.Len(t, img.Platforms[0].Packages, 2)
				require.Len(t, notices, min(int(reads), 1), "said once, and only where something was wrong")
				if reads > 0 {
					require.Contains(t, notices[0], "is of no use, so the layer is read again")
				}
			}
		})
	}
}

// Where a signature is wanted, nothing counts that the authority did not sign.
func TestCacheWantsSignatures(t *testing.T) {
	store := &memory{}
	opens := func(authority image.Authority) (int32, []string) {
		var notices []string
		content := shared().Content()
		opened := countOpens(content)
		_, err := image.Read(t.Context(), content, image.Options{Cache: &image.Cache{Store: store, Authority: authority, Notice: func(s string) { notices = append(notices, s) }}})
		require.NoError(t, err)
		return opened.Load(), notices
	}
	check := func(authority image.Authority, reads int32, notice string) {
		t.Helper()
		opened, notices := opens(authority)
		require.Equal(t, reads, opened)
		if notice == "" {
			require.Empty(t, notices)
		} else {
			require.Contains(t, fmt.Sprint(notices), notice)
		}
	}
	check(nil, 2, "")
	check(seal("operator"), 2, "") // unsigned entries are ordinary
	check(seal("operator"), 0, "")
	check(nil, 0, "")
	check(seal("other"), 2, "made by another key")
	check(seal("other"), 0, "")
	// A signature holds for one content at one address.
	keys := make([]string, 0, 2)
	for key := range store.entries {
		keys = append(keys, key)
	}
	store.entries[keys[0]], store.entries[keys[1]] = store.entries[keys[1]], store.entries[keys[0]]
	check(seal("other"), 2, "made by another key")
}

// A store that fails is left alone, and costs no verdict.
func TestCacheStoreThatFails(t *testing.T) {
	store := &memory{fail: errors.New("403 forbidden")}
	var notices []string
	cache := &image.Cache{Store: store, Notice: func(s string) { notices = append(notices, s) }}
	for range 2 {
		_, err := image.Read(t.Context(), shared().Content(), image.Options{Cache: cache, Parallel: 1})
		require.NoError(t, err)
	}
	require.Len(t, notices, 1)
	require.Contains(t, notices[0], "not used any further in this run: 403 forbidden")
	require.LessOrEqual(t, store.gets, 2)
}

func TestReadTellsOfItsProgress(t *testing.T) {
	spec := layers(layer("a", random("big", alnum, 5<<20)), layer("b", "c"))
	spec.Layers[0].Compression = "none"
	content := spec.Content()
	var mu sync.Mutex
	var last, total int64
	var calls int
	cache := &image.Cache{}
	for range 2 {
		_, err := image.Read(t.Context(), content, image.Options{Cache: cache, Progress: func(done, of int64) {
			mu.Lock()
			defer mu.Unlock()
			last, total, calls = max(last, done), of, calls+1
		}})
		require.NoError(t, err)
	}
	require.EqualValues(t, content.Images[0].Layers[0].Size+content.Images[0].Layers[1].Size, total)
	require.Equal(t, total, last)
	require.GreaterOrEqual(t, calls, 3)
	require.LessOrEqual(t, calls, 12, "what is known is not counted again")
}
