#!/usr/bin/env bash
# Has inputs read that chance has damaged, with the release build, until the time is up or something is found.
#
# SECONDS       how long (default: 3600)
# SEED          where chance begins (default: another one each time; it is printed)
# TARGET        only these, such as "rows manifest"
# CASES         so many of each target, instead of a time
# FUZZ_FOLDER   where everything is made; a corpus that is there is used again
set -euo pipefail
seconds=$SECONDS
cd "$(dirname "$0")/.."

swift build -c release --product sluice-fuzz
bin=$(swift build -c release --show-bin-path)

arguments=()
[ "$seconds" -eq 0 ] || arguments+=(--seconds "$seconds")
[ -z "${SEED:-}" ] || arguments+=(--seed "$SEED")
for name in ${TARGET:-}; do arguments+=(--target "$name"); done
[ -z "${CASES:-}" ] || arguments+=(--cases "$CASES")
[ -z "${FUZZ_FOLDER:-}" ] || arguments+=(--folder "$FUZZ_FOLDER")

exec "$bin/sluice-fuzz" "${arguments[@]}"
