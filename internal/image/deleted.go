package image

import (
	"cmp"
	"path"
	"slices"
	"strings"
)

// deleted lists the files that a later layer removed without putting anything in
// their place, since every byte of them can still be pulled. Small ones are left
// out but for those whose name says that they hold a credential.
func (f *fold) deleted() []Deleted {
	var out []Deleted
	for i, l := range f.layers {
		for _, p := range l.Inventory.Paths {
			at := ref{i, p.Name}
			ended, gone := f.view.ended[at]
			credential := credentialFile(p.Name)
			if p.Dir || p.Hard || p.Link != "" || p.Special || p.Size == 0 || !gone || f.view.uses[at] > 0 || p.Size < MinDeletedBytes && !credential {
				continue
			}
			if _, replaced := f.view.next[at]; replaced || ended <= i {
				continue
			}
			out = append(out, Deleted{Path: p.Name, Size: p.Size, Credential: credential, Layer: i, DeletedIn: ended})
		}
	}
	slices.SortFunc(out, func(a, b Deleted) int {
		return cmp.Or(cmp.Compare(a.Layer, b.Layer), cmp.Compare(a.DeletedIn, b.DeletedIn), cmp.Compare(a.Path, b.Path))
	})
	return slices.Compact(out) // an entry may stand in a layer twice
}

// credentialFile reports whether files of that name and place hold credentials,
// whatever they look like.
func credentialFile(name string) bool {
	dir, base := path.Split(name)
	switch path.Base(dir) + "/" + base {
	case ".aws/credentials", ".docker/config.json", ".kube/config", ".config/gcloud/credentials.db", "gcloud/application_default_credentials.json", ".azure/accessTokens.json":
		return true
	}
	switch base {
	case "id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", ".netrc", ".pypirc", ".git-credentials", ".dockercfg", ".pgpass", ".my.cnf", ".vault-token",
		"terraform.tfstate", "kubeconfig", ".npmrc", ".env":
		return true
	}
	switch strings.ToLower(path.Ext(base)) {
	case ".p12", ".pfx", ".jks", ".keystore", ".kdbx":
		return !strings.Contains(dir, "/java/") && base != "cacerts.jks"
	}
	return false
}
