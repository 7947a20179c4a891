# Sourced by .ci/run: the programs that the end-to-end tests need, by version.
# Each goes to $GOBIN or below $work; versions are raised by hand.
# shellcheck shell=bash disable=SC2154 # work is .ci/run's
golangci_lint=v2.12.0
act=v0.2.89
buildkit=v0.33.0
cosign=v3.1.3
multitool=5.7.0

# The builds take minutes, so they share the two cores one after another.
install_lint() { go install "github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$golangci_lint"; }
install_act() { go install "github.com/nektos/act@$act"; }
install_cosign() { go install "github.com/sigstore/cosign/v3/cmd/cosign@$cosign"; }

# BuildKit's go.mod has replacements, which go install refuses: a module of its
# own requires it.
install_buildkit() (
  mkdir -p "$work/buildkit"
  cd "$work/buildkit" || exit
  go mod init peers/buildkit
  go get "github.com/moby/buildkit/cmd/buildctl@$buildkit" "github.com/moby/buildkit/cmd/buildkitd@$buildkit"
  go build -o "$GOBIN/" github.com/moby/buildkit/cmd/buildctl github.com/moby/buildkit/cmd/buildkitd
)

# dockerd, a registry without the referrers API, runc for BuildKit, the busybox
# that the fixtures' base image is made of, the C compiler that the race
# detector links with, and what the readers of packages and versions are compared
# with: debootstrap, rpm, and Python's order of versions. What is there already stays:
# Docker's own packages and Debian's exclude each other.
install_debian() {
  local program package packages=()
  while read -r program package; do
    command -v "$program" >/dev/null || packages+=("$package")
  done <<'END'
dockerd docker.io
docker docker.io
docker-registry docker-registry
runc runc
iptables iptables
busybox busybox-static
git git
gcc gcc
debootstrap debootstrap
rpm rpm
rpmbuild rpm
END
  /usr/bin/python3 -c 'import packaging' 2>/dev/null || packages+=(python3-packaging)
  if ((${#packages[@]})); then
    apt-get update -q
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends ca-certificates libc6-dev "${packages[@]}"
  fi
}

# npm 11 does not run the package's postinstall script, which only sets a mode.
# The program is .NET's: it needs no ICU library in its invariant mode.
install_multitool() {
  npm install --prefix "$work/npm" --no-audit --no-fund --ignore-scripts "@microsoft/sarif-multitool@$multitool"
  local program="$work/npm/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool"
  chmod u+x "$program"
  printf '#!/bin/sh\nDOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 exec %q "$@"\n' "$program" > "$GOBIN/sarif-multitool"
  chmod +x "$GOBIN/sarif-multitool"
}
