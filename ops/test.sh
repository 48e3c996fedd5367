#!/usr/bin/env bash
# Everything that `make test` checks once the packages are there: a build without warnings, the rules of the house, the
# format, and every test.
set -euo pipefail
cd "$(dirname "$0")/.."

step() { printf '\n== %s\n' "$*"; }

# Our own warnings are failures. Those of dependencies are not ours to fix, and flags given to `swift build` reach them
# too; so the build's log is read instead. SwiftPM prints a warning only while it compiles: an incremental build is
# judged by what it compiled.
build() {
  local log status=0
  log=$(mktemp)
  swift build --build-tests 2>&1 | tee "$log" || status=$?
  if [ "$status" = 0 ] && grep -E "^($PWD/)?(Sources|Tests|Package\.swift)[^ ]*:[0-9]+:[0-9]+: warning:" "$log" | sort -u |
    grep . >&2; then
    echo "build: the warnings above are ours" >&2
    status=1
  fi
  rm -f "$log"
  return "$status"
}

# Tests start servers of their own: what a developer's shell says about another one must not leak in.
unset DATABASE_URL PGHOST PGPORT PGUSER PGPASSWORD PGDATABASE PGSERVICE PGPASSFILE PGOPTIONS PGSSLMODE

if [ "${CI:-}" = true ] || [ ! -t 1 ]; then export NO_COLOR=1 TERM=dumb; fi

step "rules of the house"
ops/check-boundaries.sh --prove

step "format"
swift format lint --strict --parallel --recursive Sources Tests Package.swift

step "build"
build

step "tests"
swift test --skip-build --disable-xctest
