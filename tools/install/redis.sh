#!/usr/bin/env bash
# Unpacks the distribution's Redis server into a folder, without root: redis.sh FOLDER
set -euo pipefail
folder=$1
packages=(redis-server redis-tools libjemalloc2 liblzf1)

rm -rf "$folder" && mkdir -p "$folder/packages"
download() {
  (cd "$folder/packages" && apt-get download -qq "${packages[@]}" 2>/dev/null)
}
# Package lists that are missing or out of date are fetched anew.
download || { "$(dirname "$0")/as-root.sh" apt-get update -qq && download; }
for package in "$folder"/packages/*.deb; do
  dpkg-deb --extract "$package" "$folder/root"
done
rm -rf "$folder/packages"

# A launcher that finds the libraries and becomes the server, so that its process id is the server's.
cat >"$folder/redis-server" <<'LAUNCHER'
#!/bin/sh
root=$(dirname "$0")/root
LD_LIBRARY_PATH=$(echo "$root"/usr/lib/*-linux-gnu)
export LD_LIBRARY_PATH
exec "$root/usr/bin/redis-server" "$@"
LAUNCHER
chmod +x "$folder/redis-server"
"$folder/redis-server" --version
