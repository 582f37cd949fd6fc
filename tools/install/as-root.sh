#!/usr/bin/env bash
# Runs a command as root: as it is for root, through sudo for others.
set -euo pipefail

if [ "$(id -u)" -eq 0 ]; then
  exec "$@"
fi
if ! command -v sudo >/dev/null; then
  echo "This step needs root, and there is no sudo here. Please run as root: $*" >&2
  exit 1
fi
exec sudo "$@"
