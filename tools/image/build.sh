#!/usr/bin/env bash
# Builds the image with the builder that is here, docker, podman or buildah: build.sh TAG [OPTION…]
# BUILDER names another one, with options of its own where it needs some; PLATFORM is linux/amd64 or linux/arm64, if it
# is not to be this machine's.
set -euo pipefail
tag=$1
cd "$(dirname "$0")/../.."

find_builder() {
  if docker info >/dev/null 2>&1; then
    echo docker
  elif ! command -v podman && ! command -v buildah; then
    echo 'There is no docker that answers, no podman and no buildah here. Please install one of them.' >&2
    exit 1
  fi
}
own_platform() {
  case $(uname -m) in
    aarch64 | arm64) echo linux/arm64 ;;
    *) echo linux/amd64 ;;
  esac
}

read -ra builder <<<"${BUILDER:-$(find_builder)}"
platform=${PLATFORM:-$(own_platform)}
options=(--platform "$platform")
options+=(--build-arg "VERSION=$(node -p 'require("./package.json").version')")
# Not by an argument of the Dockerfile: a commit that changes nothing of the image would get the label of an earlier one
# from the cache of layers.
if revision=$(git rev-parse HEAD 2>/dev/null); then
  options+=(--label "org.opencontainers.image.revision=$revision")
fi
# Of the formats of images, only Docker's has a HEALTHCHECK; and only docker knows the platforms by itself in FROM.
if [ "$(basename "${builder[0]}")" != docker ]; then
  options+=(--format docker --build-arg "BUILDPLATFORM=$(own_platform)" --build-arg "TARGETPLATFORM=$platform")
fi
exec "${builder[@]}" build "${options[@]}" --tag "$tag" "${@:2}" .
