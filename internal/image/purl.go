package image

import (
	"strings"

	"github.com/google/osv-scalibr/purl"
)

// purl returns the canonical package URL, with the distribution's name in it
// for packages of a distribution. See https://github.com/package-url/purl-spec.
func (p Package) purl(d Distro) string {
	u := purl.PackageURL{Type: p.Type, Name: p.Name, Version: p.Version}
	switch p.Type {
	case "deb", "apk", "rpm", "alpm":
		u.Namespace = d.namespace(p.Type)
		q := map[string]string{}
		if p.Architecture != "" {
			q["arch"] = p.Architecture
		}
		if d.ID != "" {
			q["distro"] = d.release()
		}
		if epoch, version, ok := strings.Cut(p.Version, ":"); ok && p.Type == "rpm" {
			u.Version, q["epoch"] = version, epoch
		}
		u.Qualifiers = purl.QualifiersFromMap(q)
	case "pypi": // names are equal without regard to case, dash and underscore
		u.Name = strings.ReplaceAll(strings.ToLower(p.Name), "_", "-")
	case "maven":
		u.Namespace, u.Name, _ = strings.Cut(p.Name, ":")
	default:
		if i := strings.LastIndex(p.Name, "/"); i >= 0 {
			u.Namespace, u.Name = p.Name[:i], p.Name[i+1:]
		}
	}
	return u.String()
}

// namespace is the vendor as the PURL types of distributions name it. See
// https://github.com/package-url/purl-spec/blob/main/types-doc/rpm-definition.md.
func (d Distro) namespace(typ string) string {
	if typ != "rpm" {
		return d.ID
	}
	switch d.ID {
	case "rhel":
		return "redhat"
	case "opensuse-leap", "opensuse-tumbleweed":
		return "opensuse"
	case "sles", "sled", "suse":
		return "suse"
	case "amzn":
		return "amazon"
	case "ol":
		return "oracle"
	}
	return d.ID
}

// release names the release in a package URL: "debian-12", "alpine-3.20". Alpine
// keeps one set of packages a branch, so the patch level is no part of it.
func (d Distro) release() string {
	version := d.VersionID
	if d.ID == "alpine" {
		if part := strings.SplitN(version, ".", 3); len(part) == 3 {
			version = part[0] + "." + part[1]
		}
	}
	if version == "" {
		return d.ID
	}
	return d.ID + "-" + version
}
