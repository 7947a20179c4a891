package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/tidewaiter/tidewaiter/internal/gate"
	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/report"
)

const sbomLong = `sbom lists what an image holds, each package with the layer that brought it.

  tidewaiter sbom ghcr.io/acme/app@sha256:… --format cyclonedx-json
  tidewaiter sbom oci:build/app --format spdx-json > app.spdx.json`

func newSBOM(env Env) *cobra.Command {
	var format, platform string
	var cached cacheOptions
	c := &cobra.Command{
		Use: "sbom REF", Short: "Write the bill of materials of an image", Long: sbomLong, Args: arguments(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			if !slices.Contains(report.SBOMFormats(), format) {
				return &flagError{fmt.Errorf("--format %s is none of %s", format, strings.Join(report.SBOMFormats(), ", "))}
			}
			at, err := cached.layers()
			if err != nil {
				return err
			}
			env.readsImages()
			genv := env.gate(checkOptions{})
			cache, err := gate.OpenLayers(genv, gate.Options{Layers: at})
			if err != nil {
				return err
			}
			content, err := genv.Registry.Open(c.Context(), args[0])
			if err != nil {
				return err
			}
			defer content.Close()
			img, err := image.Read(c.Context(), content, image.Options{SkipSecrets: true, Cache: cache, Progress: genv.Transfer})
			if err != nil {
				return err
			}
			p, err := choosePlatform(img, platform)
			if err != nil {
				return err
			}
			return report.WriteSBOM(env.Stdout, format, p, report.SBOMOptions{Version: env.Version})
		},
	}
	c.Flags().StringVar(&format, "format", "cyclonedx-json", strings.Join(report.SBOMFormats(), ", "))
	c.Flags().StringVar(&platform, "platform", "", "platform of an index, as `OS/ARCH`; needed where there are several")
	cached.flags(c.Flags())
	return c
}

// choosePlatform returns the one platform meant.
func choosePlatform(img *image.Image, want string) (*image.Platform, error) {
	var names []string
	for _, p := range img.Platforms {
		name := p.Platform.String()
		if want == name || want == "" && len(img.Platforms) == 1 {
			return p, nil
		}
		names = append(names, name)
	}
	return nil, &flagError{fmt.Errorf("%s holds %s: choose one with --platform", img.Ref, strings.Join(names, ", "))}
}
