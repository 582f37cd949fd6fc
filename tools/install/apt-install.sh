#!/usr/bin/env bash
# Installs packages of the distribution, fetching the package lists anew where they are missing or out of date.
set -euo pipefail
as_root=$(dirname "$0")/as-root.sh

install_packages() {
  "$as_root" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1
}
install_packages "$@" || { "$as_root" apt-get update -qq && install_packages "$@"; }
