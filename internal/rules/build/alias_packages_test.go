package build_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestPackageAliases is TestAliases for package managers; each text is one RUN.
func TestPackageAliases(t *testing.T) {
	for _, c := range []struct {
		alias        string
		find, ignore []string
	}{
		{"hadolint:DL3008", []string{"apt-get install -y vim", "apt-get update; apt-get -y install a=1 b", "apt-get install -y $PKGS"}, []string{"apt-get install -y vim=2:9", "apt-get update", "sudo apt-get install vim"}},
		{"hadolint:DL3018", []string{"apk add vim", "apk add -t .d vim git~2"}, []string{"apk add vim=9-r0", "apk add vim~9", "apk update"}},
		{"hadolint:DL3033", []string{"yum install -y vim", "yum module install -y nodejs"}, []string{"yum install -y vim-9.1", "yum module install -y nodejs:22", "yum update -y"}},
		{"hadolint:DL3041", []string{"dnf install -y vim", "microdnf install -y python3-pip"}, []string{"dnf install -y vim-9.1", "dnf update -y"}},
		{"hadolint:DL3037", []string{"zypper in -y vim"}, []string{"zypper in -y vim=9", "zypper in -y 'vim>9'"}},
		{"hadolint:DL3014", []string{"apt-get install vim"}, []string{"apt-get install -y vim", "apt-get -yqq install vim", "apt-get install -qq vim", "apt-get remove vim"}},
		{"hadolint:DL3030", []string{"yum localinstall a.rpm"}, []string{"yum install --assumeyes vim"}},
		{"hadolint:DL3034", []string{"zypper remove vim", "zypper patch"}, []string{"zypper -n in vim", "zypper in -y vim"}},
		{"hadolint:DL3038", []string{"dnf groupinstall x"}, []string{"dnf -y install x"}},
		{"hadolint:DL3015", []string{"apt-get install -y vim"}, []string{"apt-get install --no-install-recommends -y vim"}},
		{"hadolint:DL3009", []string{"apt-get update && apt-get install vim"}, []string{"apt-get update && rm -rf /var/lib/apt/lists/*", "apt-get install vim"}},
		{"hadolint:DL3019", []string{"apk add vim"}, []string{"apk add --no-cache vim"}},
		{"hadolint:DL3027", []string{"apt update"}, []string{"apt-get update"}},
		{"hadolint:DL3032", []string{"yum install -y vim"}, []string{"yum install -y vim && yum clean all", "yum install -y vim && rm -rf /var/cache/yum/*"}},
		{"hadolint:DL3035", []string{"zypper dup -y"}, []string{"zypper up -y"}},
		{"hadolint:DL3036", []string{"zypper in -y vim", "zypper clean && zypper in -y vim"}, []string{"zypper in -y vim && zypper cc"}},
		{"hadolint:DL3040", []string{"dnf install -y vim", "microdnf install -y vim"}, []string{"dnf install -y vim && dnf clean all"}},
		{"hadolint:DL3042", []string{"pip install vim", "python3 -m pip install x"}, []string{"pip install --no-cache-dir x", "pipx install x", "export PIP_NO_CACHE_DIR=1; pip install x"}},
		{"hadolint:DL3060", []string{"yarn install"}, []string{"yarn install && yarn cache clean", "npm install"}},
		{"hadolint:DL3013", []string{"pip install git+https://example.com/x", "pip install x -t dir", "pipx install x", "pip install $X"},
			[]string{"pip install x.whl", "pip install ./dir", "pip install 'x~=1'", "pip install git+https://example.com/x@main", "pip install --constraint=c.txt x"}},
		{"hadolint:DL3016", []string{"npm install a@1 b", "npm install git://example.com/x.git"}, []string{"npm install ./a b@2 c.tgz git+ssh://example.com/x#v1"}},
		{"hadolint:DL3028", []string{"gem i rake"}, []string{"gem install rake --version=13", "gem update"}},
		{"hadolint:DL3062", []string{"go get example.com/x"}, []string{"go build ./..."}},
		{"trivy:DS-0015", []string{"yum install -y a"}, []string{"yum install -y a && yum clean all"}},
		{"trivy:DS-0017", []string{"apt-get update", "yum update -y"}, []string{"apt-get update && apt-get install x", "yum update -y && yum install x"}},
		{"trivy:DS-0019", []string{"dnf install a", "microdnf install a"}, []string{"dnf install a && dnf clean all"}},
		{"trivy:DS-0020", []string{"zypper --non-interactive install a"}, []string{"zypper install a && zypper clean"}},
		{"trivy:DS-0021", []string{"apt-get install vim"}, []string{"apt-get install --assume-yes vim"}},
		{"trivy:DS-0025", []string{"sudo apk add vim"}, []string{"apk --no-cache add vim"}},
		{"trivy:DS-0027", []string{"microdnf install a"}, []string{"dnf install a"}},
		{"trivy:DS-0029", []string{"apt-get install -y vim"}, []string{"apt-get install -y --no-install-recommends vim"}},
		{"trivy:DS-0024", []string{"apt-get update && apt-get -y dist-upgrade"}, []string{"apt-get update && apt-get upgrade -y"}},
		{"dockle:DKL-DI-0003", []string{"apt-get -y dist-upgrade"}, []string{"apt-get install -y x"}},
		{"kics:apt-get-missing-flags-to-avoid-manual-input", []string{"apt-get install vim"}, []string{"apt-get install -y vim"}},
		{"kics:apt-get-not-avoiding-additional-packages", []string{"apt-get install -y vim"}, []string{"apt-get install -y --no-install-recommends vim"}},
		{"kics:pip-install-keeping-cached-packages", []string{"pip3 install x"}, []string{"pip3 install --no-cache-dir x"}},
		{"kics:run-using-apt", []string{"apt install -y x"}, []string{"apt-get install -y x"}},
		{"checkov:CKV_DOCKER_5", []string{"apt-get update"}, []string{"apt-get update && apt-get install x"}},
		{"checkov:CKV_DOCKER_9", []string{"apt install -y x"}, []string{"apt-get install -y x"}},
	} {
		for _, run := range c.find {
			require.True(t, slices.Contains(sameAs(t, "FROM a:1\nRUN "+run+"\n"), c.alias), "%s finds: %s", c.alias, run)
		}
		for _, run := range c.ignore {
			require.False(t, slices.Contains(sameAs(t, "FROM a:1\nRUN "+run+"\n"), c.alias), "%s is silent on: %s", c.alias, run)
		}
	}
}
