#!/usr/bin/env bash
# Installs the providers from npm beside the programs that start them: provider-npm.sh SOURCES FOLDER
set -euo pipefail
sources=$1 folder=$2

rm -rf "$folder" && mkdir -p "$folder"
cp -r "$sources/." "$folder"
cd "$folder"
npm ci --omit=dev --ignore-scripts --no-fund --no-audit --loglevel=error
