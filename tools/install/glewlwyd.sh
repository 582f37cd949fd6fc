#!/usr/bin/env bash
# Unpacks the distribution's Glewlwyd into a folder, without root: glewlwyd.sh FOLDER
set -euo pipefail
folder=$1

"$(dirname "$0")/debian-unpacked.sh" "$folder" glewlwyd
# A launcher that finds the libraries and becomes the server, so that its process id is the server's.
cat >"$folder/glewlwyd" <<'LAUNCHER'
#!/bin/sh
root=$(dirname "$0")/root
LD_LIBRARY_PATH=$(echo "$root"/usr/lib/*-linux-gnu):$(echo "$root"/lib/*-linux-gnu)
export LD_LIBRARY_PATH
exec "$root/usr/bin/glewlwyd" "$@"
LAUNCHER
chmod +x "$folder/glewlwyd"
"$folder/glewlwyd" --version | tee "$folder/version"
