# shellcheck shell=bash disable=SC2154
# The floor: what PostgreSQL itself needs for these rows with two plain psql and nothing else. Sourced after lib.sh.

# Loads the NDJSON by SQL alone and writes the rows, encoded in binary, as two files of equal size.
prepare_floor() {
  local half
  create_table floor_source
  create_table floor_target
  # A JSON line holds no raw control character: with these as delimiter and quote CSV leaves the line alone.
  sql <<END
set client_min_messages = warning;
drop table if exists floor_lines;
create unlogged table floor_lines (line jsonb);
\\copy floor_lines from '$folder/data/events-$records.ndjson' (format csv, delimiter e'\\x02', quote e'\\x01')
insert into floor_source
  select line->>'id', line->>'type', line->>'user', line->>'session', line->>'path', line->>'referrer',
    (line->>'ts')::timestamptz, (line->>'day')::date, (line->>'authenticated')::bool, (line->>'status')::int4,
    (line->>'duration')::float8, line
  from floor_lines;
drop table floor_lines;
vacuum (analyze) floor_source;
END
  half=$(sql -c "select pg_relation_size('floor_source') / 8192 / 2")
  floor_first="where ctid < '($half,0)'"
  floor_second="where ctid >= '($half,0)'"
  sql -c "\\copy (select $columns from floor_source $floor_first) to '$folder/first.pgcopy' (format binary)"
  sql -c "\\copy (select $columns from floor_source $floor_second) to '$folder/second.pgcopy' (format binary)"
}

floor_in() {
  reset_table floor_target
  seconds both \
    "psql -X -q '$database_url' -c \"\\copy floor_target from '$folder/first.pgcopy' (format binary)\"" \
    "psql -X -q '$database_url' -c \"\\copy floor_target from '$folder/second.pgcopy' (format binary)\""
}

floor_out() {
  seconds both \
    "psql -X -q '$database_url' -c \"\\copy (select $columns from floor_source $floor_first) to '/dev/null'\"" \
    "psql -X -q '$database_url' -c \"\\copy (select $columns from floor_source $floor_second) to '/dev/null'\""
}
