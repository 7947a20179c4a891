package imagetest

import (
	"encoding/base64"
	"fmt"
	"path"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/tidewaiter/tidewaiter/internal/registry"
	"github.com/tidewaiter/tidewaiter/internal/source"
	"github.com/tidewaiter/tidewaiter/internal/yamldoc"
)

// document is image.yaml.
type document struct {
	Platform   string            `yaml:"platform"`
	Created    time.Time         `yaml:"created"`
	User       string            `yaml:"user"`
	Env        []string          `yaml:"env"`
	Cmd        []string          `yaml:"cmd"`
	Entrypoint []string          `yaml:"entrypoint"`
	WorkDir    string            `yaml:"workdir"`
	Labels     map[string]string `yaml:"labels"`
	Exposed    []string          `yaml:"exposed"`
	Volumes    []string          `yaml:"volumes"`
	History    []historyEntry    `yaml:"history"`
	Layers     []layerEntry      `yaml:"layers"`
}

type historyEntry struct {
	CreatedBy  string    `yaml:"created_by"`
	Created    time.Time `yaml:"created"`
	Comment    string    `yaml:"comment"`
	EmptyLayer bool      `yaml:"empty_layer"`
}

// layerEntry says of layer-N what its files cannot say themselves.
type layerEntry struct {
	// Modes are octal, as in chmod: {usr/bin/su: "4755"}.
	Modes map[string]string `yaml:"modes"`
	// Owners are "uid:gid".
	Owners map[string]string `yaml:"owners"`
	// Links and Hardlinks are path to target.
	Links     map[string]string `yaml:"links"`
	Hardlinks map[string]string `yaml:"hardlinks"`
	// Whiteouts are paths removed, Opaque folders emptied, Dirs folders made.
	Whiteouts []string `yaml:"whiteouts"`
	Opaque    []string `yaml:"opaque"`
	Dirs      []string `yaml:"dirs"`
	// Base64 are files of this layer whose text is base64.
	Base64      []string `yaml:"base64"`
	Compression string   `yaml:"compression"`
}

// Parse reads the image described by the folder dir of an archive:
//
//	dir/image.yaml        configuration, history, and per layer modes, links, whiteouts
//	dir/layer-0/etc/…     the files of the lowest layer
//	dir/layer-1/…
//
// image.yaml may be absent. A layer is there when it has a file or an entry
// under "layers".
func Parse(archive *txtar.Archive, dir string) (Spec, error) {
	var doc document
	files := map[int][]FileSpec{}
	prefix := strings.TrimSuffix(dir, "/") + "/"
	if dir == "" || dir == "." {
		prefix = ""
	}
	count := 0
	for _, f := range archive.Files {
		name, ok := strings.CutPrefix(f.Name, prefix)
		if !ok {
			continue
		}
		if name == "image.yaml" {
			if err := yamldoc.Decode(source.NewFile(f.Name, string(f.Data)), &doc); err != nil {
				return Spec{}, err
			}
			continue
		}
		layer, file, ok := strings.Cut(name, "/")
		n, err := strconv.Atoi(strings.TrimPrefix(layer, "layer-"))
		if !ok || err != nil || !strings.HasPrefix(layer, "layer-") || n < 0 {
			return Spec{}, fmt.Errorf("%s: an image folder holds image.yaml and layer-N/…", f.Name)
		}
		files[n] = append(files[n], FileSpec{Path: file, Data: f.Data})
		count = max(count, n+1)
	}
	spec := doc.spec()
	for i := range max(count, len(doc.Layers)) {
		var entry layerEntry
		if i < len(doc.Layers) {
			entry = doc.Layers[i]
		}
		l, err := entry.layer(files[i])
		if err != nil {
			return Spec{}, fmt.Errorf("%simage.yaml: layer %d: %w", prefix, i, err)
		}
		spec.Layers = append(spec.Layers, l)
	}
	return spec, nil
}

func (d document) spec() Spec {
	s := Spec{Config: Config{
		User: d.User, Env: d.Env, Cmd: d.Cmd, Entrypoint: d.Entrypoint, WorkingDir: d.WorkDir,
		Labels: d.Labels, ExposedPorts: set(d.Exposed), Volumes: set(d.Volumes),
	}}
	if d.Platform != "" {
		p := append(strings.Split(d.Platform, "/"), "", "")
		s.Platform = registry.Platform{OS: p[0], Architecture: p[1], Variant: p[2]}
	}
	s.Created = d.Created
	for _, h := range d.History {
		entry := History{CreatedBy: h.CreatedBy, Comment: h.Comment, EmptyLayer: h.EmptyLayer}
		if !h.Created.IsZero() {
			entry.Created = &h.Created
		}
		s.History = append(s.History, entry)
	}
	return s
}

func set(list []string) map[string]struct{} {
	if len(list) == 0 {
		return nil
	}
	m := map[string]struct{}{}
	for _, s := range list {
		m[s] = struct{}{}
	}
	return m
}

// layer joins the entry with the layer's own files.
func (e layerEntry) layer(files []FileSpec) (LayerSpec, error) {
	for _, p := range e.Dirs {
		files = append(files, FileSpec{Path: p, Dir: true})
	}
	for _, p := range sortedKeys(e.Links) {
		files = append(files, FileSpec{Path: p, Link: e.Links[p]})
	}
	for _, p := range sortedKeys(e.Hardlinks) {
		files = append(files, FileSpec{Path: p, Link: e.Hardlinks[p], Hard: true})
	}
	for _, p := range e.Whiteouts {
		files = append(files, FileSpec{Path: p, Whiteout: true})
	}
	for _, p := range e.Opaque {
		files = append(files, FileSpec{Path: p, Opaque: true})
	}
	at := map[string]*FileSpec{}
	for i := range files {
		files[i].Path = path.Clean(files[i].Path)
		at[files[i].Path] = &files[i]
	}
	return LayerSpec{Files: files, Compression: e.Compression}, e.adjust(at)
}

// adjust applies modes, owners and encodings to the files they name.
func (e layerEntry) adjust(at map[string]*FileSpec) error {
	for _, p := range sortedKeys(e.Modes) {
		mode, err := strconv.ParseUint(e.Modes[p], 8, 32)
		if err != nil || at[p] == nil {
			return fmt.Errorf("modes: %s: %s: no octal mode of a file in this layer", p, e.Modes[p])
		}
		at[p].Mode = uint32(mode)
	}
	for _, p := range sortedKeys(e.Owners) {
		uid, gid, _ := strings.Cut(e.Owners[p], ":")
		u, err := strconv.Atoi(uid)
		g, err2 := strconv.Atoi(gid)
		if err != nil || err2 != nil || at[p] == nil {
			return fmt.Errorf("owners: %s: %s: no uid:gid of a file in this layer", p, e.Owners[p])
		}
		at[p].UID, at[p].GID = u, g
	}
	for _, p := range e.Base64 {
		if at[p] == nil {
			return fmt.Errorf("base64: %s: no file in this layer", p)
		}
		data, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(string(at[p].Data)), ""))
		if err != nil {
			return fmt.Errorf("base64: %s: %w", p, err)
		}
		at[p].Data = data
	}
	return nil
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
