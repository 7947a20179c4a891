package baseimage

import (
	"encoding/json"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/registry"
)

// imageConfig is the part of an image's configuration that a build inherits.
// https://github.com/opencontainers/image-spec/blob/main/config.md; OnBuild and
// Shell are Docker's.
type imageConfig struct {
	Config struct {
		User, WorkingDir                     string
		Env, Shell, OnBuild, Entrypoint, Cmd []string
		Labels                               map[string]string
	} `json:"config"`
}

// Decode reads an image's configuration that comes from source.
func Decode(c registry.Config, source string) dockerfile.BaseAnswer {
	var i imageConfig
	if err := json.Unmarshal(c.Raw, &i); err != nil {
		return unknown("its configuration, from %s, is not understood", source)
	}
	user, _, _ := strings.Cut(i.Config.User, ":")
	return dockerfile.BaseAnswer{Config: &dockerfile.ImageConfig{
		Source: source, Full: true, Raw: c.Raw, Digest: c.Digest, Platform: c.Platform.String(),
		User: &user, Workdir: &i.Config.WorkingDir, Env: i.Config.Env, Shell: i.Config.Shell, OnBuild: i.Config.OnBuild,
		Labels: i.Config.Labels, Entrypoint: i.Config.Entrypoint, Cmd: i.Config.Cmd,
	}}
}
