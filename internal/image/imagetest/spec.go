package imagetest

import (
	"time"

	"github.com/tidewaiter/tidewaiter/internal/registry"
)

// Spec is one image of one platform.
type Spec struct {
	// Platform is linux/amd64 where it is the zero value.
	Platform registry.Platform
	// Created is written to the configuration; the zero time leaves it out.
	Created time.Time
	Config  Config
	// History is written as it stands; nil makes one entry per layer.
	History []History
	Layers  []LayerSpec
}

// Config is the runtime part of the image configuration.
// See https://github.com/opencontainers/image-spec/blob/main/config.md.
type Config struct {
	User         string              `json:"User,omitempty"`
	ExposedPorts map[string]struct{} `json:"ExposedPorts,omitempty"`
	Env          []string            `json:"Env,omitempty"`
	Entrypoint   []string            `json:"Entrypoint,omitempty"`
	Cmd          []string            `json:"Cmd,omitempty"`
	Volumes      map[string]struct{} `json:"Volumes,omitempty"`
	WorkingDir   string              `json:"WorkingDir,omitempty"`
	Labels       map[string]string   `json:"Labels,omitempty"`
}

// History is one entry of the image's history.
type History struct {
	Created    *time.Time `json:"created,omitempty"`
	CreatedBy  string     `json:"created_by,omitempty"`
	Comment    string     `json:"comment,omitempty"`
	EmptyLayer bool       `json:"empty_layer,omitempty"`
}

// LayerSpec is one layer: what it adds and what it removes.
type LayerSpec struct {
	Files []FileSpec
	// Compression is "gzip" (also where it is ""), or "none".
	Compression string
	// Bare writes the files as they stand: no folders above them, no order.
	Bare bool
}

// FileSpec is one entry of a layer. The folders above it are made as needed.
type FileSpec struct {
	// Path is relative to the root, without leading slash.
	Path string
	// Mode holds the permission bits and, as in chmod, 04000 for setuid, 02000
	// for setgid and 01000 for sticky; 0 means 0644, or 0755 for a folder.
	Mode uint32
	Data []byte
	// Link is the target of a symbolic link, or of a hard link where Hard is set.
	Link string
	Hard bool
	// Dir makes a folder.
	Dir bool
	// Whiteout removes Path of the layers below; Opaque empties the folder Path.
	Whiteout, Opaque bool
	UID, GID         int
}
