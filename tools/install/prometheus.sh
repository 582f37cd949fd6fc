#!/usr/bin/env bash
# Unpacks the distribution's Prometheus and promtool into a folder, without root and without the pages that it serves:
# prometheus.sh FOLDER
set -euo pipefail
folder=$1

rm -rf "$folder" && mkdir -p "$folder/packages"
download() {
  (cd "$folder/packages" && apt-get download -qq prometheus 2>/dev/null)
}
# Package lists that are missing or out of date are fetched anew.
download || { "$(dirname "$0")/as-root.sh" apt-get update -qq && download; }
dpkg-deb --extract "$folder"/packages/prometheus_*.deb "$folder/root"
rm -rf "$folder/packages"
for program in prometheus promtool; do
  ln -s "root/usr/bin/$program" "$folder/$program"
done
"$folder/promtool" --version | head -1
