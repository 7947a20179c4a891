package image

import (
	"path"
	"strings"
)

// notable names what is remarkable about a file: what it may become when run,
// who may change it, and what it lets an intruder do.
func notable(p Path) []FileKind {
	var kinds []FileKind
	if p.Mode&0o4000 != 0 && p.Mode&0o111 != 0 {
		kinds = append(kinds, SetUID)
	}
	if p.Mode&0o2000 != 0 && p.Mode&0o010 != 0 { // without group execution it means mandatory locking
		kinds = append(kinds, SetGID)
	}
	if p.Mode&0o002 != 0 {
		kinds = append(kinds, WorldWritable)
	}
	if kind := program(p); kind != "" {
		kinds = append(kinds, kind)
	}
	if isTrustAnchor(p.Name) {
		kinds = append(kinds, TrustAnchor)
	}
	return kinds
}

// program tells what a program is by its name, where programs lie.
func program(p Path) FileKind {
	if p.Mode&0o111 == 0 {
		return ""
	}
	dir, base := path.Split(p.Name)
	switch dir {
	case "lib/systemd/", "usr/lib/systemd/":
		if base == "systemd" {
			return InitSystem
		}
		return ""
	case "bin/", "sbin/", "usr/bin/", "usr/sbin/", "usr/local/bin/", "usr/local/sbin/", "busybox/", "opt/bin/":
		return programs[base]
	}
	return ""
}

// programs are those that matter, by name. Attackers' tools find and break into
// other machines or guess passwords; debuggers read other processes and the
// network, or carry a shell elsewhere, and have honest uses.
var programs = kinds(map[FileKind]string{
	Shell:          "sh bash dash ash zsh ksh mksh fish csh tcsh busybox toybox",
	PackageManager: "apt apt-get aptitude dpkg apk yum dnf dnf5 microdnf tdnf rpm zypper pacman opkg",
	SSHServer:      "sshd dropbear dropbearmulti telnetd in.telnetd rlogind rshd",
	InitSystem:     "systemd init openrc-init runit runsvdir supervisord s6-svscan",
	AttackTool: "nmap ncrack zmap masscan rustscan hydra medusa patator john hashcat sqlmap nikto wpscan gobuster ffuf feroxbuster dirb wfuzz " +
		"msfconsole msfvenom msfdb responder bettercap ettercap arpspoof dsniff aircrack-ng crackmapexec netexec evil-winrm " +
		"mimikatz chisel ligolo-ng proxychains proxychains4 pspy pspy64 linpeas linpeas.sh kube-hunter peirates cdk deepce.sh amicontained",
	DebugTool: "nc nc.openbsd nc.traditional netcat ncat socat tcpdump tshark ngrep strace ltrace gdb gdbserver",
})

// kinds turns lists of names into what each name is.
func kinds(lists map[FileKind]string) map[string]FileKind {
	out := map[string]FileKind{}
	for kind, names := range lists {
		for name := range strings.FieldsSeq(names) {
			out[name] = kind
		}
	}
	return out
}

// isTrustAnchor knows the folders from which the distributions add to the
// certificate authorities that every program trusts: update-ca-certificates(8),
// update-ca-trust(8).
func isTrustAnchor(name string) bool {
	for _, dir := range []string{"usr/local/share/ca-certificates/", "etc/pki/ca-trust/source/anchors/", "etc/pki/trust/anchors/", "etc/ca-certificates/trust-source/anchors/"} {
		if strings.HasPrefix(name, dir) {
			switch path.Ext(name) {
			case ".crt", ".pem", ".cer":
				return true
			}
		}
	}
	return false
}

// addNotable keeps a regular file or hard link in the inventory where it is notable.
func (w *walker) addNotable(p Path) {
	for _, k := range notable(p) {
		w.inv.Files = append(w.inv.Files, File{Kind: k, Path: p.Name, Mode: p.Mode})
	}
}
