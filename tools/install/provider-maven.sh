#!/usr/bin/env bash
# Fetches a provider from Maven with all that it needs, and compiles the program that starts it where there is one:
# provider-maven.sh SOURCES JAVA_HOME FOLDER. Afterwards FOLDER/lib is its class path.
set -euo pipefail
sources=$1 java_home=$2 folder=$3

command -v mvn >/dev/null || "$(dirname "$0")/apt-install.sh" maven
rm -rf "$folder" && mkdir -p "$folder"
ln -s "$java_home" "$folder/java"
mvn --quiet --batch-mode --file "$sources/pom.xml" dependency:copy-dependencies \
  -DincludeScope=runtime -DoutputDirectory="$folder/lib"

programs=("$sources"/*.java)
[ -e "${programs[0]}" ] || exit 0
# A Java runtime alone has no compiler.
command -v javac >/dev/null || "$(dirname "$0")/apt-install.sh" default-jdk-headless
javac -proc:none -parameters --release 17 -cp "$folder/lib/*" -d "$folder/classes" "${programs[@]}"
