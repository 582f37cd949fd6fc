#!/usr/bin/env bash
# Makes sure that a Chromium is there, and certutil, by which it is told whom to trust, and links both into a folder:
# chromium.sh FOLDER
set -euo pipefail
folder=$1

find_chromium() {
  command -v chromium || command -v google-chrome-stable || command -v google-chrome
}

if ! find_chromium >/dev/null; then
  "$(dirname "$0")/apt-install.sh" chromium
fi
if ! command -v certutil >/dev/null; then
  "$(dirname "$0")/apt-install.sh" libnss3-tools
fi
rm -rf "$folder" && mkdir -p "$folder"
ln -s "$(find_chromium)" "$folder/chromium"
ln -s "$(command -v certutil)" "$folder/certutil"
"$folder/chromium" --version 2>/dev/null
