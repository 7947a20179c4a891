package build

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
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

// maxName bounds the names that are compared with each other.
const maxName = 64

// nearestStage returns the name of the stage that a wrong name most likely
// means, "" where none is near.
func nearestStage(f *dockerfile.File, name string, not *dockerfile.Stage) string {
	best, distance := "", 3
	if len(name) > maxName {
		return ""
	}
	for _, s := range f.Stages {
		if s.Name == "" || len(s.Name) > maxName || s == not {
			continue
		}
		if d := editDistance(strings.ToLower(name), s.Name); d < distance && d*2 <= len(s.Name) {
			best, distance = s.Name, d
		}
	}
	return best
}

// editDistance counts the letters to insert, remove, change or swap with their
// neighbour to make one word of the other.
func editDistance(a, b string) int {
	var before []int
	last := make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(row[j-1]+1, last[j]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
