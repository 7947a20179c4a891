package deploy

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var wrongPort = rule.Rule{
	ID:       "TW-K168",
	Name:     "wrong-port",
	Title:    "Port that is refused or leads nowhere",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "The API server refuses ports out of range, names that are no port names and a name that a container uses twice. A Service whose `targetPort` is a name that no container has sends to nobody.",
	Fix:      "Use numbers from 1 to 65535 and names of at most 15 small letters, digits and dashes, with a letter among them; name the port in the container as the Service does.",
	Refs:     refs(practice, "M33"),
	Aliases:  []string{"kube-linter:invalid-target-ports", "kube-score:container-ports-check"},
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec:
  containers:
  - name: web
    image: example.com/web:1
    ports:
    - {name: much-too-long-a-name, containerPort: 80}
#            ^^^^^^^^^^^^^^^^^^^^ the API server refuses a port of container web: "much-too-long-a-name" is no name of a port
    - {name: http, containerPort: 8080}
    - {name: http, containerPort: 8081}
#            ^^^^ the API server refuses a port of container web: the name http is used twice
    - {containerPort: 0}
#                     ^ the API server refuses a port of container web: its number is not from 1 to 65535
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports:
  - {port: 80, targetPort: Http}
#                          ^^^^ the API server refuses Service web: "Http" is no port
  - {port: 81, targetPort: 123456}
#                          ^^^^^^ the API server refuses Service web: "123456" is no port
  - {port: 82, targetPort: https}
#                          ^^^^^ Service web sends to the port https, which no container of Pod web has
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec:
  containers:
  - {name: web, image: "example.com/web:1", ports: [{name: http, containerPort: 80}, {name: http-2, containerPort: 81}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: http}, {port: 81, targetPort: 8081}, {port: 82}]}
---
apiVersion: v1
kind: Service
metadata: {name: elsewhere}
spec: {selector: {app: elsewhere}, ports: [{port: 80, targetPort: web}]}
`},
	Check: rule.EachRender(func(p *rule.Pass, r *manifest.Render) {
		for _, w := range r.Workloads() {
			for _, c := range w.Containers {
				containerPorts(p, c)
			}
		}
		for _, s := range r.Services() {
			targetPorts(p, s)
		}
	}),
}

func containerPorts(p *rule.Pass, c *manifest.Container) {
	const linter, score = "kube-linter:invalid-target-ports", "kube-score:container-ports-check"
	var seen []string
	for _, port := range c.Field.Get("ports").Items() {
		name, number := port.Get("name"), port.Get("containerPort")
		report := func(at manifest.Field, alias []string, format string, args ...any) {
			f := finding(at, c, "the API server refuses a port of "+who(c)+": "+format, args...)
			f.Key += "(" + name.String() + number.String() + ")"
			f.Fix = &rule.Fix{Title: "give the port a number from 1 to 65535 and a name of its own"}
			f.Aliases = aliases(alias...)
			p.Report(f)
		}
		if n, ok := number.Int(); ok && (n < 1 || n > 65535) || !number.Exists() {
			report(number, aliases().when(n == 0, score), "its number is not from 1 to 65535")
		}
		text := name.String()
		if text == "" || strings.Contains(text, "$") {
			continue
		}
		if !portName(text) {
			report(name, aliases(linter).when(len(text) > 15, score), "%q is no name of a port", text)
		}
		if slices.Contains(seen, text) {
			report(name, aliases(score), "the name %s is used twice", text)
		}
		seen = append(seen, text)
	}
}

func targetPorts(p *rule.Pass, s *manifest.Service) {
	for _, port := range s.Object.Field("spec", "ports").Items() {
		target := port.Get("targetPort")
		text := target.String()
		n, number := target.Int()
		if text == "" || number && n == 0 || strings.Contains(text, "$") {
			continue
		}
		f := finding(target, nil, "the API server refuses %s: %q is no port", named(s.Object), text)
		f.Key += "(" + port.Get("port").String() + ")"
		f.Fix = &rule.Fix{Title: "name a port of the container"}
		f.Aliases = aliases("kube-linter:invalid-target-ports")
		if number && n > 0 && n <= 65535 || !number && portName(text) {
			if number || len(s.Workloads) == 0 || slices.ContainsFunc(s.Workloads, func(w *manifest.Workload) bool { return names(w, text) }) {
				continue
			}
			f.Message = named(s.Object) + " sends to the port " + text + ", which no container of " + named(s.Workloads[0].Object) + " has"
			f.Severity, f.Aliases = rule.Medium, aliases()
		}
		p.Report(f)
	}
}

// names reports whether a container of a workload names a port so.
func names(w *manifest.Workload, port string) bool {
	return slices.ContainsFunc(w.Containers, func(c *manifest.Container) bool {
		return slices.ContainsFunc(c.Field.Get("ports").Items(), func(f manifest.Field) bool { return f.Get("name").String() == port })
	})
}

// portName reports whether a text is a name for a port: RFC 6335, section 5.1,
// in small letters.
func portName(s string) bool {
	letter := false
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z':
			letter = true
		case '0' <= c && c <= '9':
		case c == '-' && i > 0 && i < len(s)-1 && s[i-1] != '-':
		default:
			return false
		}
	}
	return letter && len(s) <= 15
}
