#!/usr/bin/env bash
# usage: debian.sh ROOT DIR GOROOT PROGRAM
# Makes an image of a Debian root file system and two layers by the Docker daemon's
# classic builder: DIR/debian.tar is its archive, DIR/export.tar and DIR/tree are
# what a container of it sees.
set -euo pipefail
root=$1 dir=$2 goroot=$3 program=$4
tag=tidewaiter-e2e-debian

tar -C "$root" --exclude=./proc/* --exclude=./var/lib/apt/lists/* --exclude=./dev/* -c . | docker import - "$tag-base" >/dev/null

# Packages that no package of Debian owns: copies of Debian's own, Go programs.
context=$dir/context
mkdir -p "$context/app" "$context/venv/lib/python3.11" "$context/gone/node_modules/brought-back"
cp -r "$root/usr/share/nodejs" "$context/app/node_modules"
cp -r "$root/usr/lib/python3/dist-packages" "$context/venv/lib/python3.11/site-packages"
mkdir "$context/app/lib"
cp -L "$root"/usr/share/java/*.jar "$context/app/lib/"
mkdir -p "$context/go"
cp -r "$goroot/bin" "$goroot/pkg" "$context/go/"
cp "$program" "$context/app/program"
echo '{"name":"brought-back","version":"1.0.0"}' > "$context/gone/node_modules/brought-back/package.json"
cat > "$context/Dockerfile" <<END
FROM $tag-base
COPY . /srv/
RUN mv /srv/venv /opt/venv && ln /srv/app/program /usr/local/bin/program && ln -s ../bin/program /usr/local/lib/link \\
 && chmod 0700 /srv/app/program && chmod 4755 /usr/bin/env && rm -rf /srv/gone /srv/app/node_modules/semver /usr/share/doc \\
 && mkdir /usr/share/doc && echo new > /usr/share/doc/new && rm -rf /srv/go/pkg/include && echo file > /srv/go/pkg/include \\
 && dpkg --purge --force-depends hugo
RUN mkdir -p /srv/gone/node_modules/brought-back && rm /srv/go/pkg/include && mkdir /srv/go/pkg/include \\
 && echo '{"name":"brought-back","version":"2.0.0"}' > /srv/gone/node_modules/brought-back/package.json
END
docker build -q -t "$tag" "$context" >/dev/null
rm -rf "$context"
docker save -o "$dir/debian.tar" "$tag"
container=$(docker create "$tag" /bin/true)
mkdir "$dir/tree"
docker export "$container" | tee "$dir/export.tar" | tar -C "$dir/tree" -xf -
docker rm "$container" >/dev/null
docker rmi "$tag" "$tag-base" >/dev/null
