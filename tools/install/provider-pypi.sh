#!/usr/bin/env bash
# Installs the providers from PyPI beside the programs that start them: provider-pypi.sh SOURCES FOLDER
set -euo pipefail
sources=$1 folder=$2

export PIP_BREAK_SYSTEM_PACKAGES=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
rm -rf "$folder" && mkdir -p "$folder"
cp -r "$sources/." "$folder"
python3 -m pip install --quiet --no-cache-dir --no-deps --only-binary=:all: \
  --target "$folder/packages" --requirement "$folder/requirements.txt"
