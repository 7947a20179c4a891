package build

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var keptPackageCache = rule.Rule{
	ID:       "TW-D105",
	Name:     "kept-package-cache",
	Title:    "yum, dnf or zypper keep their cache in the image",
	Severity: rule.Info,
	Profile:  rule.Tidy,
	Since:    "0.1",
	Why:      "Downloaded packages and the metadata of the repositories stay in the layer, tens of megabytes that nothing uses.",
	Fix:      "End the RUN with `dnf clean all`, `yum clean all` or `zypper clean`, or give the cache a mount: `RUN --mount=type=cache,target=/var/cache/libdnf5`.",
	Refs:     refs(cis, "4.7", practice, "M4"),
	Aliases:  []string{"hadolint:DL3032", "hadolint:DL3036", "hadolint:DL3040", "trivy:DS-0015", "trivy:DS-0019", "trivy:DS-0020", "trivy:DS-0027"},
	Bad: []string{`
-- Dockerfile --
FROM fedora:42
RUN yum install -y a && microdnf install b
#       ^^^^^^^ yum keeps its cache in the layer
#                                ^^^^^^^ microdnf keeps its cache in the layer
RUN dnf clean all && dnf install -y a
#                        ^^^^^^^ dnf keeps its cache in the layer
RUN zypper --non-interactive in a
#                            ^^ zypper keeps its cache in the layer
`},
	Good: []string{`
-- Dockerfile --
FROM fedora:42
RUN yum install -y a && yum clean all && dnf install -y b && dnf -y clean all && zypper in -y c && zypper cc
RUN --mount=type=cache,target=/var/cache/libdnf5 dnf install -y a
RUN dnf install -y a && rm -rf /var/cache/dnf
RUN dnf remove -y a
`},
	Check: rule.EachRun(checkPackageCache),
}

func checkPackageCache(p *rule.Pass, run *dockerfile.Run) {
	var open []packageCall // the last installation of each program, while nothing cleans behind it
	for _, c := range run.Commands {
		switch c.Name {
		case "yum", "dnf", "microdnf", "tdnf", "zypper":
			call, _ := callsManager(c)
			clean := call.verb.Value == "clean" || call.verb.Value == "cc"
			if installing := listed(call.installs, call.verb.Value); installing || clean {
				open = slices.DeleteFunc(open, func(o packageCall) bool { return o.cmd.Name == c.Name })
				if installing {
					open = append(open, call)
				}
			}
		case "rm":
			open = slices.DeleteFunc(open, func(o packageCall) bool {
				return slices.ContainsFunc(strings.Fields(o.caches), func(dir string) bool { return mentions(c.Args, dir) })
			})
		}
	}
	for _, call := range open {
		if mounted(run, call.caches) {
			continue
		}
		name := call.cmd.Name
		clean := name + " clean all"
		if name == "zypper" {
			clean = "zypper clean"
		}
		f := commandFinding(run, call.verb.At, name+" "+list(call.operands), name+" keeps its cache in the layer", "end the RUN with && "+clean)
		f.Aliases = cacheElsewhere(run, name)
		p.Report(f)
	}
}

// cacheElsewhere returns the checks of other linters that find the cache of a
// program kept in a RUN, too.
func cacheElsewhere(run *dockerfile.Run, name string) []string {
	out := []string{}
	switch first, clean := firstCalls(run, name); {
	case first < 0 || clean > first:
	case name == "yum":
		out = append(out, "hadolint:DL3032")
	case name == "zypper":
		out = append(out, "hadolint:DL3036")
	case name == "dnf" || name == "microdnf":
		out = append(out, "hadolint:DL3040")
	}
	switch name {
	case "yum":
		out = append(out, "trivy:DS-0015")
	case "zypper":
		if lastIs(run.Script, zypperCalls.FindAllString, "zypper clean", "zypper cc") {
			out = append(out, "trivy:DS-0020")
		}
	case "dnf", "microdnf":
		if lastIs(run.Script, dnfCalls.FindAllString, "dnf clean all") {
			out = append(out, "trivy:DS-0019")
		}
		if name == "microdnf" && lastIs(run.Script, microdnfCalls.FindAllString, "microdnf clean all") {
			out = append(out, "trivy:DS-0027")
		}
	}
	return out
}

// firstCalls returns where a program first installs and first cleans among the
// commands of a RUN as hadolint reads them, -1 for nowhere.
func firstCalls(run *dockerfile.Run, name string) (install, clean int) {
	installs, cleans := "install", "clean all"
	if name == "zypper" {
		installs, cleans = "install in", "clean cc"
	}
	install, clean = -1, -1
	for i, c := range run.Commands {
		p, ok := plainly(c)
		switch {
		case !ok:
		case p.name == name && p.has(installs) && install < 0:
			install = i
		case p.name == name && p.has(cleans), name != "zypper" && p.name == "rm" && p.has("-rf /var/cache/yum/*"):
			if clean < 0 {
				clean = i
			}
		}
	}
	return install, clean
}

// What Trivy searches in the text of a RUN: the last of these decides.
var (
	dnfCalls      = lazyregexp.New(`dnf (install|in|reinstall|rei)|dnf clean all`)
	microdnfCalls = lazyregexp.New(`microdnf (install|reinstall)|microdnf clean all`)
	zypperCalls   = lazyregexp.New(`zypper (in|remove|rm|source-install|si|patch)|zypper (--?[a-zA-Z]+ *)*install|zypper clean|zypper cc`)
)

// lastIs reports whether calls are found in a text and the last does not clean.
func lastIs(text string, find func(string, int) []string, cleans ...string) bool {
	found := find(text, -1)
	return len(found) > 0 && !slices.Contains(cleans, found[len(found)-1])
}
