package image

import (
	"encoding/json"
	"fmt"
	"sort"
	"time"

	"github.com/tidewaiter/tidewaiter/internal/source"
)

// configFile is the part of an image configuration that is read. See
// https://github.com/opencontainers/image-spec/blob/main/config.md; Docker's
// own format has the same names.
type configFile struct {
	Created string `json:"created"`
	Config  struct {
		User         string
		Env          []string
		Entrypoint   []string
		Cmd          []string
		WorkingDir   string
		ExposedPorts map[string]struct{}
		Volumes      map[string]struct{}
		Labels       map[string]string
	} `json:"config"`
	History []struct {
		Created    string `json:"created"`
		CreatedBy  string `json:"created_by"`
		Comment    string `json:"comment"`
		EmptyLayer bool   `json:"empty_layer"`
	} `json:"history"`
}

// readConfig fills Config, Created and History.
func (p *Platform) readConfig(raw []byte) error {
	if len(raw) > MaxConfigBytes {
		return fmt.Errorf("image configuration of %d bytes is over the limit of %d", len(raw), MaxConfigBytes)
	}
	var f configFile
	if err := json.Unmarshal(raw, &f); err != nil {
		return fmt.Errorf("image configuration is no JSON that can be read; build the image again: %w", err)
	}
	if len(f.History) > MaxHistory {
		return fmt.Errorf("image configuration has %d history entries, over the limit of %d", len(f.History), MaxHistory)
	}
	c := f.Config
	p.Config = Config{
		User: c.User, Env: c.Env, Entrypoint: c.Entrypoint, Cmd: c.Cmd, WorkingDir: c.WorkingDir,
		Exposed: keys(c.ExposedPorts), Volumes: keys(c.Volumes), Labels: c.Labels,
	}
	p.Created = created(f.Created)
	for _, h := range f.History {
		p.History = append(p.History, History{
			CreatedBy: h.CreatedBy, Comment: h.Comment, Created: created(h.Created), EmptyLayer: h.EmptyLayer, Layer: -1,
		})
	}
	return nil
}

// created reads a time of creation. Builders that make the same bytes twice
// write year 1, 1970, or the first second of 1980 (Cloud Native Buildpacks):
// all of them mean that the age is not known.
func created(text string) time.Time {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil || t.Year() <= 1970 || t.Equal(time.Date(1980, 1, 1, 0, 0, 1, 0, time.UTC)) {
		return time.Time{}
	}
	return t
}

// keys returns the keys of a set, sorted.
func keys(set map[string]struct{}) []string {
	var out []string
	for k := range set {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

// alignHistory tells which history entry made which layer. Entries and layers
// are in the same order, so it only needs as many of one as of the other.
func (p *Platform) alignHistory() {
	made := 0
	for _, h := range p.History {
		if !h.EmptyLayer {
			made++
		}
	}
	if made != len(p.Layers) {
		if len(p.History) > 0 {
			p.note(fmt.Sprintf("the history tells of %d layers and the image has %d, so no layer is traced to its instruction; build without squashing", made, len(p.Layers)))
		}
		return
	}
	layer := 0
	for i := range p.History {
		if !p.History[i].EmptyLayer {
			p.History[i].Layer, p.Layers[layer].History = layer, i
			layer++
		}
	}
}

// note keeps what could not be analysed. It has no path: a path there is one of
// the repository.
func (p *Platform) note(reason string) {
	p.NotAnalysed = append(p.NotAnalysed, source.NotAnalysed{Reason: reason, Concern: source.ConcernImage})
}
