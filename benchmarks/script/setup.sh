#!/usr/bin/env bash
# Makes the virtual environment of load.py: benchmarks/script/setup.sh FOLDER
set -euo pipefail
cd "$(dirname "$0")"
folder=${1:?usage: setup.sh FOLDER}
[ -x "$folder/bin/python" ] || python3 -m venv "$folder"
"$folder/bin/python" -c 'import orjson, psycopg' 2>/dev/null ||
  "$folder/bin/pip" install --quiet --disable-pip-version-check -r requirements.txt
