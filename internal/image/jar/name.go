package jar

import (
	"path"
	"strings"
)

func (a Artifact) valid() bool {
	ok := func(s string) bool { return s != "" && !strings.ContainsAny(s, " \t${}%:/") }
	return ok(a.Group) && ok(a.Artifact) && a.Version != "" && !strings.ContainsAny(a.Version, "${}% ")
}

// properties reads pom.properties: name=value lines of groupId, artifactId, version.
func properties(text []byte) Artifact {
	var a Artifact
	for line := range strings.Lines(string(text)) {
		key, value, ok := strings.Cut(strings.TrimSpace(line), "=")
		if !ok {
			key, value, _ = strings.Cut(strings.TrimSpace(line), ":")
		}
		switch value = strings.TrimSpace(value); strings.TrimSpace(key) {
		case "groupId":
			a.Group = value
		case "artifactId":
			a.Artifact = value
		case "version":
			a.Version = value
		}
	}
	return a
}

// manifest is the main section of a manifest, by attribute in small letters. See
// https://docs.oracle.com/en/java/javase/21/docs/specs/jar/jar.html#jar-manifest.
type manifest map[string]string

func parseManifest(text []byte) manifest {
	m := manifest{}
	last := ""
	for line := range strings.Lines(string(text)) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" {
			if len(m) > 0 { // what follows speaks of single files
				break
			}
			continue
		}
		if rest, ok := strings.CutPrefix(line, " "); ok { // lines are folded at 72 bytes
			m[last] += rest
			continue
		}
		key, value, ok := strings.Cut(line, ":")
		if ok {
			last = strings.ToLower(strings.TrimSpace(key))
			m[last] = strings.TrimSpace(value)
		}
	}
	return m
}

// first returns the first attribute that is set to one word.
func (m manifest) first(names ...string) string {
	for _, n := range names {
		v, _, _ := strings.Cut(m[n], ";")
		if v = strings.TrimSpace(v); v != "" && !strings.ContainsAny(v, " ${}%") {
			return v
		}
	}
	return ""
}

// artifact tells what an archive without pom.properties is: its file name has the
// artifact and mostly the version, its manifest mostly the version and something
// like the group.
func (m manifest) artifact(name string) Artifact {
	base := strings.TrimSuffix(path.Base(name), path.Ext(name))
	a := Artifact{}
	a.Artifact, a.Version = splitName(base)
	if a.Version == "" {
		version, _, _ := strings.Cut(m.firstLine("implementation-version", "bundle-version", "specification-version", "plugin-version"), " ")
		a.Version = version
	}
	// org.eclipse.sisu.inject-0.3.5.jar: names with dots hold the group, too.
	if a.Group = knownGroup(a.Artifact); a.Group == "" {
		a.Group = m.group(a.Artifact)
	}
	return a
}

func (m manifest) firstLine(names ...string) string {
	for _, n := range names {
		if m[n] != "" {
			return m[n]
		}
	}
	return ""
}

// group guesses the group of an artifact. Where nothing tells, it is the artifact:
// so it is for what is older than the convention of domain names (junit:junit,
// commons-io:commons-io).
func (m manifest) group(artifact string) string {
	if id := m.first("implementation-vendor-id"); strings.Contains(id, ".") {
		return id
	}
	for _, id := range []string{m.first("bundle-symbolicname"), m.first("automatic-module-name"), m.first("extension-name")} {
		if !strings.Contains(id, ".") {
			continue
		}
		last := id[strings.LastIndexByte(id, '.')+1:]
		same := strings.NewReplacer("-", "", "_", "", ".", "")
		if strings.HasSuffix(same.Replace(strings.ToLower(artifact)), same.Replace(strings.ToLower(last))) {
			return id[:len(id)-len(last)-1]
		}
		return id
	}
	if i := strings.LastIndexByte(artifact, '.'); i > 0 {
		return artifact[:i]
	}
	return artifact
}

// splitName parts "guava-31.1-jre" into name and version: the version begins at the
// first dash, or else dot or underscore, before a digit.
func splitName(base string) (name, version string) {
	for i := 1; i+1 < len(base); i++ {
		if base[i] == '-' && base[i+1] >= '0' && base[i+1] <= '9' {
			return base[:i], base[i+1:]
		}
	}
	for i := 1; i+1 < len(base); i++ {
		if (base[i] == '_' || base[i] == '.') && base[i+1] >= '0' && base[i+1] <= '9' {
			return base[:i], base[i+1:]
		}
	}
	return base, ""
}

// groups are those of widely used artifacts that are built without Maven and say
// their group nowhere, by the beginning of their name; the longest counts.
var groups = map[string]string{
	"spring-": "org.springframework", "spring-boot": "org.springframework.boot", "spring-security-": "org.springframework.security",
	"spring-data-": "org.springframework.data", "spring-cloud-": "org.springframework.cloud", "spring-session-": "org.springframework.session",
	"spring-kafka": "org.springframework.kafka", "spring-integration-": "org.springframework.integration", "spring-batch-": "org.springframework.batch",
	"spring-ldap-": "org.springframework.ldap", "spring-amqp": "org.springframework.amqp", "spring-rabbit": "org.springframework.amqp",
	"tomcat-embed-": "org.apache.tomcat.embed", "hibernate-core": "org.hibernate.orm", "kotlin-": "org.jetbrains.kotlin", "kotlinx-": "org.jetbrains.kotlinx",
	"okhttp": "com.squareup.okhttp3", "okio": "com.squareup.okio", "grpc-": "io.grpc", "reactor-core": "io.projectreactor", "reactor-netty": "io.projectreactor.netty",
	"micrometer-": "io.micrometer", "elasticsearch": "org.elasticsearch", "lucene-": "org.apache.lucene", "kafka-clients": "org.apache.kafka",
	"bcprov-": "org.bouncycastle", "bcpkix-": "org.bouncycastle", "bcutil-": "org.bouncycastle", "groovy": "org.codehaus.groovy", "postgresql": "org.postgresql",
}

func knownGroup(artifact string) string {
	group, longest := "", 0
	for prefix, g := range groups {
		if len(prefix) > longest && strings.HasPrefix(artifact, prefix) {
			group, longest = g, len(prefix)
		}
	}
	return group
}
