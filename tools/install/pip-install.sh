#!/usr/bin/env bash
# Unpacks one PyPI package into a folder and touches nothing else of the machine: pip-install.sh REQUIREMENT FOLDER
set -euo pipefail

# Distributions mark their Python as managed by them; a separate target folder does not meddle with it.
export PIP_BREAK_SYSTEM_PACKAGES=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
python3 -m pip install --quiet --no-cache-dir --no-deps --only-binary=:all: --target "$2" "$1"
