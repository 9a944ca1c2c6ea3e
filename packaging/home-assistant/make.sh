#!/usr/bin/env bash
# Makes the folder of the add-on, which is also the build context of an OCI image: this folder and
# a wheel of the clone that it is in.
#
#   packaging/home-assistant/make.sh FOLDER
set -euo pipefail

folder=${1:?name a folder to make}
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$folder"
cp "$here"/{Dockerfile,README.md,config.yaml,run.sh} "$folder/"
rm -f "$folder"/kram-*.whl
"${PYTHON:-python3}" -m pip wheel --quiet --no-deps --wheel-dir "$folder" "$here/../.."
