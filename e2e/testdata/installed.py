# Says what is installed in an unpacked root file system, by means that are not
# tidewaiter's: Python's own importlib.metadata, dpkg's file lists, and the files
# themselves. Prints "type<TAB>name<TAB>version" for everything that no package of
# the distribution owns.
import importlib.metadata
import json
import os
import re
import subprocess
import sys
import zipfile

root = os.path.realpath(sys.argv[1])


def inside(path):
    return os.path.realpath(root + path)


owned = set()
info = root + "/var/lib/dpkg/info"
for name in os.listdir(info):
    if name.endswith(".list"):
        with open(os.path.join(info, name), encoding="utf-8") as f:
            owned.update(inside(line.rstrip("\n")) for line in f)


def foreign(path):
    rel = path[len(root) + 1:]
    return rel.startswith(("opt/", "usr/local/")) or path not in owned


def say(*fields):
    print("\t".join(fields))


sites, jars = set(), []
for folder, folders, files in os.walk(root):
    for name in folders:
        if name.endswith((".dist-info", ".egg-info")):
            sites.add(folder)
    for name in files:
        path = os.path.join(folder, name)
        if os.path.islink(path) or not os.path.isfile(path):
            continue
        if name.endswith(".egg-info"):
            sites.add(folder)
        if name.endswith(".jar") and foreign(path):
            jars.append(path)
        if name == "package.json" and foreign(path) and re.search(r"/node_modules/(@[^/]+/)?[^/]+/package\.json$", path):
            with open(path, encoding="utf-8") as f:
                manifest = json.load(f)
            if manifest.get("name") and manifest.get("version"):
                say("npm", manifest["name"], manifest["version"])

for site in sorted(sites):
    for d in importlib.metadata.distributions(path=[site]):
        where = str(d._path)
        files = [where] if os.path.isfile(where) else [os.path.join(where, n) for n in ("METADATA", "PKG-INFO")]
        if any(os.path.isfile(f) and foreign(f) for f in files):
            say("pypi", d.metadata["Name"], d.version)

# Only archives that say what they are; the others are a matter of guessing.
for path in jars:
    with zipfile.ZipFile(path) as z:
        for name in z.namelist():
            if name.endswith("/pom.properties"):
                text = z.read(name).decode()
                p = dict(line.split("=", 1) for line in text.splitlines() if "=" in line and not line.startswith("#"))
                say("described", path[len(root) + 1:], "")
                say("maven", p["groupId"].strip() + ":" + p["artifactId"].strip(), p["version"].strip())

query = subprocess.run(
    ["dpkg-query", "--admindir=" + root + "/var/lib/dpkg", "-W", "-f", "${db:Status-Status}\t${Package}\t${Version}\n"],
    check=True, capture_output=True, text=True)
for line in query.stdout.splitlines():
    status, name, version = line.split("\t")
    if status == "installed":
        say("deb", name, version)
