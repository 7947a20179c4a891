package image

import "path"

// smallText keeps the few text files that only the fold can understand, since
// later layers replace them.
func smallText() extractor {
	return extractor{
		what: "text file", limit: MaxTextBytes, keeps: true,
		wants: func(p Path, _ []byte) bool {
			switch p.Name {
			case "etc/passwd", "etc/shadow", "etc/group":
				return true
			}
			return path.Base(p.Name) == "os-release"
		},
		run: func(inv *Inventory, p Path, data []byte) error {
			inv.Text[p.Name] = string(data)
			return nil
		},
	}
}
