#!/usr/bin/env bash
# Installs the clients from PyPI, each library with what it needs in a folder of its own: clients-python.sh SOURCES FOLDER
set -euo pipefail
sources=$1 folder=$2

export PIP_BREAK_SYSTEM_PACKAGES=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
rm -rf "$folder" && mkdir -p "$folder"
cp -r "$sources/." "$folder"
for requirements in "$folder"/*.txt; do
  python3 -m pip install --quiet --no-cache-dir --no-deps --require-hashes --only-binary=:all: \
    --target "${requirements%.txt}" --requirement "$requirements"
done
