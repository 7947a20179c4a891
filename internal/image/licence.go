package image

import (
	"bufio"
	"bytes"
	"encoding/json"
	"path"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
)

// debCopyright reads the licences of a package of Debian or Ubuntu where they are
// written for machines. See
// https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/. What is kept
// stands in the inventory's Text, as one line.
func debCopyright() extractor {
	return extractor{
		what: "copyright file", limit: MaxTextBytes, quiet: true,
		wants: func(p Path, head []byte) bool {
			return strings.HasPrefix(p.Name, "usr/share/doc/") && path.Base(p.Name) == "copyright" && bytes.Contains(head, []byte("copyright-format"))
		},
		run: func(inv *Inventory, p Path, data []byte) error {
			if l := copyrightLicence(data); l != "" {
				inv.Text[p.Name] = l
			}
			return nil
		},
	}
}

// copyrightLicence joins the short names of the licences of all files: "GPL-2+",
// "GPL-2+ or Artistic".
func copyrightLicence(data []byte) string {
	var all []string
	lines := bufio.NewScanner(bytes.NewReader(data))
	files := false // whether the paragraph is one about files, not the text of a licence
	for lines.Scan() {
		line := lines.Text()
		key, value, ok := strings.Cut(line, ":")
		switch {
		case strings.TrimSpace(line) == "":
			files = false
		case !ok || strings.HasPrefix(line, " ") || strings.HasPrefix(line, "\t"):
		case strings.EqualFold(key, "Files"):
			files = strings.TrimSpace(value) != "debian/*" // the packaging is not shipped
		case strings.EqualFold(key, "License") && files:
			if name := statedLicence(value); name != "" && !slices.Contains(all, name) && len(all) < MaxLicences {
				all = append(all, name)
			}
		}
	}
	slices.Sort(all)
	if len(all) > 1 {
		for i, name := range all {
			if strings.Contains(name, " ") {
				all[i] = "(" + name + ")"
			}
		}
	}
	return strings.Join(all, " AND ")
}

// statedLicence is what a package says of its licence, as one line; "" where that is
// the text of it.
func statedLicence(text string) string {
	text = strings.TrimSpace(text)
	if len(text) > MaxLicenceBytes || strings.ContainsAny(text, "\n\r") {
		return ""
	}
	return strings.Join(strings.Fields(text), " ")
}

// npmLicence reads the field license, and the older forms {type} and licenses.
// See https://docs.npmjs.com/cli/v11/configuring-npm/package-json#license.
func npmLicence(license, licenses json.RawMessage) string {
	var one struct{ Type string }
	if s := text(license); s != "" {
		return statedLicence(s)
	}
	if json.Unmarshal(license, &one) == nil && one.Type != "" {
		return statedLicence(one.Type)
	}
	var many []struct{ Type string }
	if json.Unmarshal(licenses, &many) != nil || len(many) > MaxLicences {
		return ""
	}
	var all []string
	for _, l := range many {
		if s := statedLicence(l.Type); s != "" {
			all = append(all, s)
		}
	}
	return strings.Join(all, " OR ")
}

// pythonLicence reads License-Expression, else the classifiers, else a License of
// one line. See https://packaging.python.org/en/latest/specifications/core-metadata/.
func pythonLicence(data []byte) string {
	var stated, trove []string
	lines := bufio.NewScanner(bytes.NewReader(data))
	for lines.Scan() && lines.Text() != "" {
		key, value, _ := strings.Cut(lines.Text(), ": ")
		switch key {
		case "License-Expression":
			return statedLicence(value)
		case "License":
			stated = append(stated, statedLicence(value))
		case "Classifier":
			if name, ok := strings.CutPrefix(value, "License :: "); ok && len(trove) < MaxLicences {
				trove = append(trove, statedLicence(strings.TrimPrefix(name, "OSI Approved :: ")))
			}
		}
	}
	if len(trove) > 0 && !slices.Contains(trove, "OSI Approved") {
		return strings.Join(trove, " OR ")
	}
	if len(stated) == 1 {
		return stated[0]
	}
	return ""
}

var gemLicences = lazyregexp.New(`(?m)^\s*s\.licenses?\s*=\s*\[?([^\]\n]*)`)
var quotedWord = lazyregexp.New(`["']([^"']+)["']`)

// gemLicence reads s.licenses = ["MIT".freeze].
func gemLicence(data []byte) string {
	found := gemLicences.FindStringSubmatch(string(data))
	if found == nil {
		return ""
	}
	var all []string
	for _, w := range quotedWord.FindAllStringSubmatch(found[1], MaxLicences) {
		all = append(all, statedLicence(w[1]))
	}
	return strings.Join(all, " OR ")
}

// licence is what a container's file system says of the licence of a package of
// dpkg, whose database does not.
func (f *fold) licence(p Package) string {
	if p.Type != "deb" {
		return p.Licence
	}
	n := f.view.lookup("usr/share/doc/"+p.Name+"/copyright", true)
	if n == nil || n.children != nil {
		return ""
	}
	return f.layers[n.at.layer].Inventory.Text[n.at.path]
}
