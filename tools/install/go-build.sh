#!/usr/bin/env bash
# Builds programs from a pinned Go module: go-build.sh GO MODULE FOLDER LINKER_FLAGS PROGRAM=PACKAGE...
# The sources come through the Go module proxy and are checked against the module's go.sum.
set -euo pipefail
go=$1 module=$2 folder=$3 linker_flags=$4
export CGO_ENABLED=0 GOTOOLCHAIN=local GOWORK=off

log=$(mktemp)
trap 'rm -f "$log"' EXIT
for program in "${@:5}"; do
  # Quiet when it succeeds; tells everything when it fails.
  (cd "$module" && nice "$go" build -trimpath -ldflags "-s -w $linker_flags" -o "$folder/${program%%=*}" "${program#*=}") >"$log" 2>&1 ||
    { cat "$log" >&2 && exit 1; }
done
