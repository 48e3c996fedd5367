#!/usr/bin/env bash
# Provokes faults while the release binary runs, and keeps the table of what came of them as
# benchmarks/faults/<date>-<machine>.md. Fails when anything was lost or doubled, and when nothing was tried.
#
# KILLS POINTS DOUBTS RESTARTS PLACES STRIDE ROWS   how much is tried; see `sluice-faults --help`
# SEED          where chance begins (default: another one each time; it is printed)
# CASES         only these, such as "K5 D5"
# FAULTS_FOLDER where everything is made
set -euo pipefail
cd "$(dirname "$0")/.."

swift build -c release --product sluice
swift build -c release --product sluice-faults
bin=$(swift build -c release --show-bin-path)

arguments=(--sluice "$bin/sluice")
for name in KILLS POINTS DOUBTS RESTARTS PLACES STRIDE ROWS SEED; do
  [ -z "${!name:-}" ] || arguments+=("--${name,,}" "${!name}")
done
for name in ${CASES:-}; do arguments+=(--case "$name"); done
[ -z "${FAULTS_FOLDER:-}" ] || arguments+=(--folder "$FAULTS_FOLDER")

# Tries start servers of their own: what a developer's shell says about another one must not leak in.
for name in DATABASE_URL $(compgen -e PG || true); do unset "$name"; done

# Some of the cases are no table of all: it is not kept.
if [ -z "${CASES:-}" ]; then
  mkdir -p benchmarks/faults
  arguments+=(--report "benchmarks/faults/$(date -u +%Y-%m-%d)-$(uname -m)-$(nproc)-cores.md")
fi
exec "$bin/sluice-faults" "${arguments[@]}"
