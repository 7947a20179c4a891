package build

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPlainly(t *testing.T) {
	for run, want := range map[string]string{
		"apt-get install x": "apt-get", "A=1 apt-get install x": "apt-get", "command apt-get install x": "apt-get",
		"sudo apt-get install x": "", "env A=1 apt-get install x": "", "/usr/bin/apt-get install x": "", "nice apt-get install x": "",
		`["apt-get", "install", "x"]`: "apt-get",
	} {
		p, _ := plainly(first(t, run))
		require.Equal(t, want, p.name, run)
	}
}

func TestPlainOperands(t *testing.T) {
	for run, want := range map[string][]string{
		"apk add -t .deps --virtual .more a b": {"a", "b"},
		"apk add --no-cache a=1":               {"a=1"},
		"apk add --virtual=.deps a b":          {"b"}, // the word behind is left out all the same
		"apk add $A a=$B \"c$D-e\" ${F:-x=1}":  {"${VAR}", "a=${VAR}", "c${VAR}-e", "${VAR}"},
		"apk add $(cat list) `cat list` - a":   {"${VAR}", "${VAR}", "-", "a"},
	} {
		p, ok := plainly(first(t, run))
		require.True(t, ok)
		require.Equal(t, want, p.operands("t virtual", "add"), run)
	}
	p, _ := plainly(first(t, "apt-get -qq install --yes x -fyq"))
	require.Equal(t, 3, p.count("q"))
	require.Equal(t, 2, p.count("y yes"))
}

func TestUnversioned(t *testing.T) {
	for name, want := range map[string]string{"pip3": "pip", "python3.12": "python", "gcc-13": "gcc", "pip": "pip", "7z": "7z", "x.": "x.", "": ""} {
		require.Equal(t, want, unversioned(name), name)
	}
}

func TestFixedPackages(t *testing.T) {
	for _, good := range [][2]string{{"apt-get", "a=1 b=2"}, {"apt-get", "./a.deb"}, {"apk", "a~1"}, {"dnf", "a-b-1.2"}, {"dnf", "a.rpm"}, {"zypper", "a>=1"}} {
		require.True(t, fixed(good[0], false, good[1]), good)
	}
	for _, loose := range [][2]string{{"apt-get", "a=1 b"}, {"apt-get", "$A"}, {"apk", "a"}, {"dnf", "python3-pip"}, {"zypper", "a-1"}} {
		require.False(t, fixed(loose[0], false, loose[1]), loose)
	}
	for pkg, want := range map[string]bool{"a": false, "a-b": false, "a-1.2": true, "a-b-1.2-3.el9": true, "a-x86_64": false, "gcc-c++": false, "own.rpm": false, "own-x.rpm": true} {
		require.Equal(t, want, dnfFixed(pkg), pkg)
	}
}

func TestVersionControlled(t *testing.T) {
	require.True(t, versionControlled("git+https://example.com/x"))
	require.True(t, versionControlled("hg+ssh://example.com/x"))
	require.False(t, versionControlled("flask"))
	require.True(t, remoteModule("example.com/x/cmd/y@latest"))
	require.False(t, remoteModule("./cmd"))
	require.False(t, remoteModule("../cmd"))
	require.False(t, remoteModule("main.go"))
}
