#!/usr/bin/env bash
# Installs Keycloak, builds it once and imports the realm once: keycloak.sh VERSION JAVA_HOME REALM_FILE FOLDER
# Afterwards FOLDER/server is the distribution and FOLDER/database the state that every test run starts from.
set -euo pipefail
version=$1 realm=$3 folder=$4
export JAVA_HOME=$2

command -v mvn >/dev/null || "$(dirname "$0")/apt-install.sh" maven

# Runs a command that is quiet when it succeeds and tells everything when it fails.
quietly() {
  local log
  log=$(mktemp)
  "$@" >"$log" 2>&1 || { cat "$log" >&2 && rm "$log" && exit 1; }
  rm "$log"
}

if [ ! -d "$folder/distribution-$version" ]; then
  rm -rf "$folder" && mkdir -p "$folder/download"
  quietly mvn --batch-mode dependency:copy -Dmdep.useBaseVersion=true \
    -Dartifact="org.keycloak:keycloak-quarkus-dist:$version:zip" -DoutputDirectory="$folder/download"
  python3 -m zipfile -e "$folder/download/keycloak-quarkus-dist-$version.zip" "$folder/download"
  chmod +x "$folder/download/keycloak-$version/bin/kc.sh"
  mv "$folder/download/keycloak-$version" "$folder/distribution-$version"
  rm -rf "$folder/download"
fi

server=$folder/distribution-$version
rm -rf "$server/data" "$folder/database" "$folder/server"
# Callers may show a certificate wherever it is told to listen for TLS.
quietly "$server/bin/kc.sh" build --db=dev-file --https-client-auth=request
quietly "$server/bin/kc.sh" import --optimized --file "$realm"
mv "$server/data/h2" "$folder/database"
ln -s "distribution-$version" "$folder/server"
