#!/usr/bin/env bash
# Measures sluice, the floor and the hand-written script in turn, on the same server and the same rows, and writes a
# Markdown table to benchmarks/runs/<date>-<machine>.md. See benchmarks/README.md for what each line means.
set -euo pipefail
# shellcheck source=benchmarks/lib.sh
source "$(dirname "$0")/lib.sh"
source benchmarks/floor.lib.sh

[ -x "$bin/sluice" ] || fail "no $bin/sluice: run 'make build' first"

declare -A took=()

# Measures one thing once more; a failure ends the benchmark.
measure() {
  local name=$1 value
  shift
  value=$("$@")
  took[$name]+="$value "
  note "$(printf '  %-22s %8s s' "$name" "$value")"
}

middle() {
  # shellcheck disable=SC2086 # one word a measurement
  median ${took[$1]}
}

run_script() {
  reset_table script_target
  seconds "$folder/venv/bin/python" benchmarks/script/load.py "host=$socket user=postgres dbname=bench" \
    "$folder/data/events-$records.ndjson" script_target
}

# Without arguments everything: backup, manifest, ledger, digests, verify.
run_sluice() {
  reset_table analytics_events
  rm -rf "$folder/runs"
  seconds env DATABASE_URL="$database_url" EVENTS_DATA="$folder/data" EVENTS_FILE="events-$records.$form" \
    "$bin/sluice" run benchmarks/events.yaml --run-dir "$folder/runs" --progress none "$@"
}

# Every way in ends with the same rows; a quick loader that loses some is no competitor.
expect_all_rows() {
  local found
  found=$(sql -c "select count(*) from $1")
  [ "$found" = "$records" ] || fail "$1 holds $found rows instead of $records"
  found=$(sql -c "select count(*) from (select $columns from $1 except select $columns from floor_source) as d")
  [ "$found" = 0 ] || fail "$found rows of $1 differ from what the floor loads"
}

write_report() {
  local file=$1 in out script bare backed full
  in=$(middle 'floor in') out=$(middle 'floor out') script=$(middle 'script')
  bare=$(middle 'run bare') backed=$(middle 'run backed up') full=$(middle 'run full')
  {
    echo "# $(date -u +%Y-%m-%d), $machine"
    echo
    echo "$records events as $form, $(stat -c %s "$folder/data/events-$records.$form") bytes;" \
      "PostgreSQL $(sql -c 'show server_version' | awk '{ print $1 }'); $rounds rounds;" \
      "commit $(git describe --always --dirty 2>/dev/null || echo unknown)."
    echo "$(nproc) cores: $(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo | head -n 1)."
    echo
    echo '| what | median s | each |'
    echo '| --- | --: | --- |'
    for name in "${order[@]}"; do echo "| $name | $(middle "$name") | ${took[$name]}|"; done
    echo
    echo '| ratio | is | at most |'
    echo '| --- | --: | --: |'
    echo "| run without backup and verify ÷ floor in | $(ratio "$bare" "$in") | 1.2 |"
    echo "| run with backup, manifest, digests and ledger ÷ floor in | $(ratio "$backed" "$in") | 1.5 |"
    echo "| run with everything and verify ÷ the script, which does neither | $(ratio "$full" "$script") | 1.0 |"
    echo "| verify (full run less the run without) ÷ floor out | $(ratio "$(awk -v a="$full" -v b="$backed" 'BEGIN { print a - b }')" "$out") | 1.3 |"
  } >"$file"
}

form=${BENCH_FORM:-array}
order=('floor in' 'floor out' 'script' 'run bare' 'run backed up' 'run full')
machine="$(uname -m)-$(nproc)-cores"

benchmarks/script/setup.sh "$folder/venv"
make_data
start_postgres
prepare_floor
create_table script_target
create_table analytics_events

for ((round = 1; round <= rounds; round++)); do
  note "round $round of $rounds"
  measure 'floor in' floor_in
  measure 'floor out' floor_out
  measure 'script' run_script
  measure 'run bare' run_sluice --backup none --verify none
  measure 'run backed up' run_sluice --verify none
  measure 'run full' run_sluice
done
expect_all_rows script_target
expect_all_rows analytics_events

report=${BENCH_REPORT:-benchmarks/runs/$(date -u +%Y-%m-%d)-$machine.md}
mkdir -p "$(dirname "$report")"
write_report "$report"
cat "$report"
note "written to $report"
