# shellcheck shell=bash disable=SC2034
# What the benchmark scripts share: a private PostgreSQL, the sample data, a stopwatch and medians. Sourced, not run.
#
# BENCH_FOLDER  everything measured lives here (default: a folder in TMPDIR); needs about 12 bytes free a byte of JSON
# BENCH_RECORDS events, about 460 bytes each (default 1,000,000)
# BENCH_ROUNDS  how often each thing is measured (default 3)
# BENCH_BIN     the folder of sluice and sluice-sample (default .build/release)

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
folder=${BENCH_FOLDER:-${TMPDIR:-/tmp}/sluice-bench-$(id -u)}
records=${BENCH_RECORDS:-1000000}
rounds=${BENCH_ROUNDS:-3}
bin=${BENCH_BIN:-.build/release}

socket=$folder/socket
database_url="postgresql:///bench?host=$socket&user=postgres"

note() { printf '%s\n' "$*" >&2; }

fail() {
  note "$*"
  exit 1
}

# PostgreSQL refuses to run as root.
as_server_user() {
  if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}

find_server() {
  local candidate
  for candidate in ${SLUICE_PG_BIN:+"$SLUICE_PG_BIN"} "$(pg_config --bindir 2>/dev/null)" \
    $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -Vr); do
    [ -x "$candidate/initdb" ] && [ -x "$candidate/postgres" ] && echo "$candidate" && return
  done
  fail "no PostgreSQL server found; ops/install-packages.sh installs one"
}

start_postgres() {
  pg_bin=$(find_server)
  mkdir -p "$folder" "$socket"
  [ "$(id -u)" != 0 ] || chown postgres "$socket"
  rm -rf "$folder/pgdata"
  install -d -m 700 "$folder/pgdata"
  [ "$(id -u)" != 0 ] || chown postgres "$folder/pgdata"
  (cd / && as_server_user "$pg_bin/initdb" -D "$folder/pgdata" -U postgres -A trust -E UTF8 --locale=C.UTF-8 >/dev/null)
  cat >>"$folder/pgdata/postgresql.conf" <<END
listen_addresses = ''
unix_socket_directories = '$socket'
shared_buffers = 1GB
max_wal_size = 8GB
checkpoint_timeout = 30min
autovacuum = off
END
  trap stop_postgres EXIT
  (cd / && as_server_user "$pg_bin/pg_ctl" -D "$folder/pgdata" -w -l "$folder/pgdata/server.log" start >/dev/null)
  psql -q "postgresql:///postgres?host=$socket&user=postgres" -c 'create database bench'
}

stop_postgres() {
  (cd / && as_server_user "$pg_bin/pg_ctl" -D "$folder/pgdata" -m fast -w stop >/dev/null 2>&1) || true
  rm -rf "$folder/pgdata"
}

sql() { psql -X -q -A -t -v ON_ERROR_STOP=1 "$database_url" "$@"; }

columns='id, type, user_id, session, path, referrer, ts, day, authenticated, status, duration, data'

create_table() {
  sql -c "set client_min_messages = warning; drop table if exists $1; create table $1 (
    id text not null, type text, user_id text, session text, path text, referrer text, ts timestamptz, day date,
    authenticated bool, status int4, duration float8, data jsonb)"
}

# Leaves the same state before each measurement: an empty table, nothing dirty.
reset_table() { sql -c "truncate $1" -c checkpoint; }

# The same events as an array and line by line, read once so that both are in the page cache.
make_data() {
  local form
  [ -x "$bin/sluice-sample" ] || swift build -c release --product sluice-sample >&2
  mkdir -p "$folder/data"
  for form in array ndjson; do
    local file=$folder/data/events-$records.$form
    if [ ! -f "$file" ]; then
      "$bin/sluice-sample" --records "$records" --seed 1 --form "$form" --output "$file.partial"
      mv "$file.partial" "$file"
    fi
    cat "$file" >/dev/null
  done
}

# Prints the seconds that a command takes; what it prints itself goes to a log that is shown when it fails.
seconds() {
  local begin end
  begin=$(date +%s%N)
  "$@" >"$folder/last.log" 2>&1 || {
    cat "$folder/last.log" >&2
    fail "failed: $*"
  }
  end=$(date +%s%N)
  awk -v ns=$((end - begin)) 'BEGIN { printf "%.3f\n", ns / 1e9 }'
}

# Runs two commands given as strings at the same time; fails when one of them does.
both() {
  local first
  bash -c "$1" &
  first=$!
  bash -c "$2"
  wait "$first"
}

median() { printf '%s\n' "$@" | sort -g | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'; }
