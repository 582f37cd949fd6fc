#!/usr/bin/env bash
# Makes sure that buildah, podman and runc are there, and makes stand-ins for the image that the Dockerfile starts from,
# one for amd64 and one for arm64, where no registry of images is at hand: containers.sh NODE_IMAGE FOLDER
# They have that image's name, and of its contents what the build uses: packages of Debian, the released Node.js, and npm.
set -euo pipefail
name=$1 folder=$(realpath --canonicalize-missing "$2")
tools=$(cd "$(dirname "$0")" && pwd)
# NAME:24.21.0-bookworm-slim is Node.js 24.21.0.
node_version=${name##*:}
node_version=${node_version%%-*}

# What Node.js is linked with, and what the steps of the build run besides.
libraries=(base-files gcc-12-base libc6 libgcc-s1 libstdc++6)
programs=(coreutils dash findutils libacl1 libattr1 libgmp10 libpcre2-8-0 libselinux1 libssl3)

for command in buildah podman runc; do
  command -v "$command" >/dev/null || "$tools/apt-install.sh" buildah podman runc
done

# apt for one architecture, with package lists of its own.
apt_for() {
  local lists=$folder/work/lists-$1
  mkdir -p "$lists/partial"
  apt-get -qq -o "Dir::State::lists=$lists" -o "APT::Architecture=$1" -o "APT::Architectures=$1" \
    -o Acquire::Languages=none -o APT::Sandbox::User=root "${@:2}"
}

# Unpacks packages into the current folder and records them as dpkg does: unpack ARCHITECTURE PACKAGE…
unpack() {
  mkdir -p packages var/lib/dpkg
  (cd packages && apt_for "$1" update && apt_for "$1" download "${@:2}")
  for package in packages/*.deb; do
    dpkg-deb --fsys-tarfile "$package" | tar --extract --keep-directory-symlink
    { dpkg-deb --field "$package" && echo; } >>var/lib/dpkg/status
  done
  rm -r packages
}

# Unpacks the released Node.js into the current folder: node_for PLATFORM
node_for() {
  npm pack --silent "node-linux-$1@$node_version" >/dev/null
  mkdir -p usr/local/bin
  tar --extract --gzip --file "node-linux-$1-$node_version.tgz" --strip-components=2 -C usr/local/bin package/bin/node
  rm "node-linux-$1-$node_version.tgz"
}

# Starts a root folder, where /bin, /lib and the like lead below /usr, as they do in Debian.
root_folder() {
  mkdir -p "$folder/work/$1" && cd "$folder/work/$1"
  for one in bin sbin lib lib64; do
    mkdir -p "usr/$one" && ln -s "usr/$one" "$one"
  done
}

images() {
  buildah --root "$folder/store" --runroot "$folder/run" --storage-driver overlay "$@"
}

# Makes an image of the current folder and adds it to the list of platforms: publish ARCHITECTURE
publish() {
  local container
  container=$(images from --arch "$1" scratch)
  images copy --quiet "$container" . / >/dev/null
  images config --arch "$1" --env PATH=/usr/local/bin:/usr/bin:/bin "$container"
  images manifest add "$name" "$(images commit --quiet --rm "$container")" >/dev/null
}

# A build that failed may have left something mounted.
awk -v folder="$folder/" 'index($2, folder) == 1 { print $2 }' /proc/mounts | sort --reverse | xargs --no-run-if-empty umount
rm -rf "$folder" && mkdir -p "$folder"
images manifest create "$name" >/dev/null

root_folder amd64
unpack amd64 "${libraries[@]}" "${programs[@]}"
node_for x64
ln -sf dash bin/sh
mkdir -p usr/local/lib/node_modules root tmp
cp -R "$tools/../node_modules/npm" usr/local/lib/node_modules/npm
ln -s ../lib/node_modules/npm/bin/npm-cli.js usr/local/bin/npm
echo 'root:x:0:0:root:/root:/bin/sh' >etc/passwd
echo 'root:x:0:' >etc/group
publish amd64

root_folder arm64
unpack arm64 "${libraries[@]}"
node_for arm64
publish arm64

rm -rf "$folder/work"
