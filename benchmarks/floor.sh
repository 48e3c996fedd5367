#!/usr/bin/env bash
# Measures the floor alone: two psql that copy rows in (binary, encoded beforehand) and out (text, to /dev/null).
set -euo pipefail
# shellcheck source=benchmarks/lib.sh
source "$(dirname "$0")/lib.sh"
source benchmarks/floor.lib.sh

make_data
start_postgres
prepare_floor

into=() out=()
for ((round = 1; round <= rounds; round++)); do
  value=$(floor_in) && into+=("$value")
  value=$(floor_out) && out+=("$value")
done
echo "floor in   $(median "${into[@]}") s   (${into[*]})"
echo "floor out  $(median "${out[@]}") s   (${out[*]})"
