package build

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
)

// toolchainBase reports whether an image exists to compile, by its name and tag.
func toolchainBase(r dockerfile.Reference) bool {
	name := unmirrored(shortName(r))
	switch name {
	case "golang", "rust", "gcc", "maven", "gradle", "swift", "haskell", "buildpack-deps", "mcr.microsoft.com/dotnet/sdk",
		"mcr.microsoft.com/dotnet/nightly/sdk", "mcr.microsoft.com/oss/go/microsoft/golang", "sbtscala/scala-sbt", "crystallang/crystal":
		return true
	case "openjdk", "eclipse-temurin", "amazoncorretto", "azul/zulu-openjdk", "bellsoft/liberica-openjdk-alpine":
		return strings.Contains(r.Tag, "jdk") && !strings.Contains(r.Tag, "jre")
	}
	return false
}

// compilers are packages that only building needs. A name ending in * stands
// for all that begin so.
func compilers() []string {
	return []string{
		"build-essential", "build-base", "gcc", "gcc-*", "g++", "g++-*", "gcc-c++", "clang", "clang-*", "make", "cmake", "ninja-build",
		"golang", "golang-*", "go", "rust", "rustc", "cargo", "musl-dev", "libc-dev", "libc6-dev", "linux-headers", "linux-headers-*",
		"kernel-devel", "default-jdk", "default-jdk-headless", "openjdk-*-jdk", "openjdk-*-jdk-headless", "java-*-devel", "maven", "gradle",
		"python3-dev", "python-dev", "python3-devel", "autoconf", "automake", "libtool", "bison", "flex", "dpkg-dev", "rpm-build",
		"@development-tools", "Development Tools", "groupinstall", "gfortran", "nasm", "yasm",
	}
}

func isCompiler(pkg string) bool {
	pkg, _, _ = strings.Cut(pkg, "=")
	pkg, _, _ = strings.Cut(pkg, "~")
	return slices.ContainsFunc(compilers(), func(p string) bool {
		before, after, star := strings.Cut(p, "*")
		if !star {
			return p == pkg
		}
		rest, ok := strings.CutPrefix(pkg, before)
		return ok && strings.HasSuffix(rest, after) && rest != ""
	})
}

// isHeaders reports whether a package only holds what is needed to compile
// against a library.
func isHeaders(pkg string) bool {
	pkg, _, _ = strings.Cut(pkg, "=")
	return strings.HasSuffix(pkg, "-dev") || strings.HasSuffix(pkg, "-devel")
}

// installed returns the packages that a command of an operating system's package
// manager installs, and the name of the group that apk -t puts them in.
func installed(c *dockerfile.Command) (pkgs []dockerfile.Word, group string) {
	call, ok := callsManager(c)
	if !ok {
		return nil, ""
	}
	if c.Name == "apk" {
		group = value(call.opts, "-t", "--virtual")
	}
	return call.packages(), group
}

// removed returns the words of commands that take packages away again.
func removed(run *dockerfile.Run) []string {
	var out []string
	for _, c := range run.Commands {
		call, ok := callsManager(c)
		if !ok {
			continue
		}
		switch c.Name + " " + call.verb.Value {
		case "apt-get purge", "apt-get remove", "apt-get autoremove", "apt purge", "apt remove", "apt autoremove", "apk del",
			"yum remove", "yum erase", "dnf remove", "microdnf remove", "zypper remove", "zypper rm":
			for _, a := range c.Args {
				out = append(out, strings.Fields(a.Value)...)
			}
		}
	}
	return out
}

// sweeps reports whether a RUN takes away all packages that nothing asks for any
// more, as the official images do: apt-mark auto '.*', then an automatic removal.
// What it keeps by apt-mark manual is seldom a compiler.
func sweeps(run *dockerfile.Run) bool {
	marked := false
	for _, c := range run.Commands {
		if _, auto := word(c.Args, "auto"); c.Name == "apt-mark" && auto {
			_, all := word(c.Args, ".*", "*")
			marked = marked || all
		}
		call, _ := callsManager(c)
		_, automatic := word(c.Args, "--auto-remove", "--autoremove")
		if marked && (c.Name == "apt-get" || c.Name == "apt") && (automatic || call.verb.Value == "autoremove") {
			return true
		}
	}
	return false
}

// usesPackageManager reports whether a command is one of a distribution's
// package manager.
func usesPackageManager(c *dockerfile.Command) bool {
	return slices.Contains([]string{"apt-get", "apt", "aptitude", "dpkg", "yum", "dnf", "microdnf", "tdnf", "rpm", "apk", "zypper", "pacman"}, c.Name)
}
