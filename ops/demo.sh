#!/usr/bin/env bash
# Loads 200,000 made-up events into the embedded PostgreSQL with backup, manifest and proof, then says where to look.
#
# DEMO_RECORDS and DEMO_FOLDER change how many and where.
set -euo pipefail
cd "$(dirname "$0")/.."

records=${DEMO_RECORDS:-200000}
folder=${DEMO_FOLDER:-.build/demo}

bold='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ] && [ "${TERM:-dumb}" != dumb ] && [ "${CI:-}" != true ]; then
  bold=$'\e[1m' plain=$'\e[0m'
fi
step() { printf '\n%s== %s%s\n' "$bold" "$*" "$plain"; }

# The demo runs on the embedded server, never on one that the shell happens to point at.
for name in DATABASE_URL $(compgen -e PG || true); do unset "$name"; done

step "Building the release binaries (minutes the first time)"
swift build -c release --product sluice
swift build -c release --product sluice-sample
bin=$(swift build -c release --show-bin-path)

step "Writing $records events to $folder/data/events.json"
mkdir -p "$folder/data"
"$bin/sluice-sample" --records "$records" --seed 1 --form array --output "$folder/data/events.json.partial"
mv "$folder/data/events.json.partial" "$folder/data/events.json"
printf '   %s bytes\n' "$(wc -c <"$folder/data/events.json")"

export EVENTS_DATA
EVENTS_DATA=$(cd "$folder/data" && pwd)
run="demo-$(date -u +%Y%m%dT%H%M%SZ)"
step "sluice run pipelines/events.yaml"
"$bin/sluice" run pipelines/events.yaml --run-dir "$folder/runs" --run-id "$run"

step "Where to look next"
sluice=.build/release/sluice
[ -x "$sluice" ] || sluice=$bin/sluice
cat <<END
   $sluice local psql -c 'select type, count(*) from analytics_events group by 1 order by 2 desc'
       the rows, in the embedded PostgreSQL
   less $folder/runs/$run/report.json
       what was read, loaded and proved
   $sluice backup verify $run --run-dir $folder/runs
       the backup against its manifest; (cd $folder/runs/$run && sha256sum -c SHA256SUMS) needs no tool of ours
   export EVENTS_DATA=$EVENTS_DATA
   $sluice verify pipelines/events.yaml
       source and table once more: change a row with psql first, and it is named
   $sluice local stop
       stop the embedded server; its data stays
END
