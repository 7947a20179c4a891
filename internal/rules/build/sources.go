package build

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/spelling"
)

// imported is an image from which files are taken: COPY --from or a mount.
type imported struct {
	ref  dockerfile.Reference
	what string // "COPY --from" or "RUN --mount"
}

func importsOf(in *dockerfile.Instruction) []imported {
	var out []imported
	if in.From != nil {
		out = append(out, imported{*in.From, in.Keyword + " --from"})
	}
	for _, m := range in.Mounts {
		if m.From != nil {
			out = append(out, imported{*m.From, "RUN --mount from"})
		}
	}
	return out
}

// bareName reports whether a reference looks like the name of a stage: one word
// without registry, folder, tag or digest, and none of the best known images.
func bareName(r dockerfile.Reference) bool {
	if !external(r) || strings.ContainsAny(r.Text, "/:@") || isNumeric(r.Text) {
		return false
	}
	name := strings.ToLower(r.Text)
	return !slices.Contains(distributions(), name) && !slices.Contains(languages(), name) && !slices.Contains([]string{
		"alpine", "busybox", "nginx", "httpd", "redis", "postgres", "mysql", "mariadb", "mongo", "memcached", "traefik", "caddy", "haproxy",
		"docker", "registry", "composer", "hello-world", "consul", "vault", "rabbitmq", "tomcat", "bash",
	}, name)
}

// maxNamesake bounds how many stages a wrong name is compared with.
const maxNamesake = 100

// nearestStage returns the name of the stage that a wrong name most likely
// means, "" where none is near.
func nearestStage(f *dockerfile.File, name string, not *dockerfile.Stage) string {
	best, distance := "", 3
	for _, s := range f.Stages[:min(len(f.Stages), maxNamesake)] {
		if s.Name == "" || s == not {
			continue
		}
		if d := spelling.Distance(strings.ToLower(name), s.Name); d < distance && d*2 <= len(s.Name) {
			best, distance = s.Name, d
		}
	}
	return best
}
