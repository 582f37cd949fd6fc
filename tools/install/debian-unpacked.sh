#!/usr/bin/env bash
# Unpacks packages of the distribution and all that they need and the machine lacks into a folder, without root and without
# starting any service: debian-unpacked.sh FOLDER PACKAGE...
set -euo pipefail
folder=$1
here=$(dirname "$0")

missing() {
  apt-get install --simulate --no-install-recommends "$@" 2>/dev/null | sed -n 's/^Inst \([^ ]*\).*/\1/p'
}
download() {
  # A package that is installed is not named by the simulation, and is wanted here all the same.
  local names
  names=$({ missing "$@"; printf '%s\n' "$@"; } | sort -u)
  (cd "$folder/packages" && xargs apt-get download -qq <<<"$names" 2>/dev/null)
}

rm -rf "$folder" && mkdir -p "$folder/packages"
# Package lists that are missing or out of date are fetched anew.
download "${@:2}" || { "$here/as-root.sh" apt-get update -qq && download "${@:2}"; }
for package in "$folder"/packages/*.deb; do
  dpkg-deb --extract "$package" "$folder/root"
done
rm -rf "$folder/packages"
