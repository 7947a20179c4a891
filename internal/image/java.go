package image

import "github.com/tidewaiter/tidewaiter/internal/image/jar"

// javaArchive reads which artifacts of Maven a Java archive holds.
func javaArchive() extractor {
	return extractor{
		what: "Java archive", limit: MaxBinaryBytes,
		wants: func(p Path, head []byte) bool { return jar.Is(p.Name, head) },
		run: func(inv *Inventory, p Path, data []byte) error {
			found, err := jar.Read(p.Name, data)
			for _, a := range found {
				pkg := language("maven", a.Group+":"+a.Artifact, a.Version, p)
				pkg.Inside = a.Inside
				inv.Packages = append(inv.Packages, pkg)
			}
			return err
		},
	}
}
