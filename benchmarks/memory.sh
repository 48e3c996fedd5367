#!/usr/bin/env bash
# Peak resident memory of `sluice run`, with everything, on about 0.4 GB and 4 GB of JSON: the target is the same figure
# for both, at most 96 MiB. BENCH_SIZES changes the numbers of events.
set -euo pipefail
# shellcheck source=benchmarks/lib.sh
source "$(dirname "$0")/lib.sh"

[ -x "$bin/sluice" ] || fail "no $bin/sluice: run 'make build' first"

# Runs a command and prints the largest resident set of it, in KiB, and its seconds.
peak() {
  python3 - "$@" <<'END'
import os, sys, time
begin = time.monotonic()
pid = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, 2, 1)])
_, status, usage = os.wait4(pid, 0)
scale = 1024 if sys.platform == "darwin" else 1
print(usage.ru_maxrss // scale, round(time.monotonic() - begin, 2))
sys.exit(os.waitstatus_to_exitcode(status) != 0)
END
}

start_postgres
for records in ${BENCH_SIZES:-900000 9000000}; do
  make_data
  create_table analytics_events
  rm -rf "$folder/runs"
  measured=$(DATABASE_URL=$database_url EVENTS_DATA=$folder/data EVENTS_FILE=events-$records.array \
    peak "$bin/sluice" run benchmarks/events.yaml --run-dir "$folder/runs" --progress none)
  awk -v n="$records" -v bytes="$(stat -c %s "$folder/data/events-$records.array")" '
    { printf "%d events, %.2f GB: peak %.1f MiB, %s s, %.2f s/GB\n", n, bytes / 1e9, $1 / 1024, $2, $2 / (bytes / 1e9) }
  ' <<<"$measured"
  rm -rf "$folder/runs" "$folder/data/events-$records".*
done
