#!/usr/bin/env bash
# Checks what the compiler does not: who imports whom, who prints, exits and reads the environment, and what no source
# of ours may contain. `--prove` first breaks each rule on purpose and expects to be told.
#
# Usage: ops/check-boundaries.sh [--prove] [FOLDER]     FOLDER holds Sources/ and defaults to the repository.
set -euo pipefail

# Module: the modules of ours that it may import. The same as in Package.swift, which SwiftPM does not enforce for a
# module that some other target has already built.
allowed='
CLibPQ:
CZstd:
CZlib:
CCrypto:
CMalloc:
Platform:
CStructuralScan:
CPattern:
Patterns:        CPattern
FlowControl:     Platform
Scalars:         Platform
Records:         Scalars
Explanations:    Records
JSONStream:      CStructuralScan Scalars
PipelineSpec:    Platform Records Scalars Patterns
Postgres:        Platform Records CLibPQ
LocalPostgres:   Platform Postgres Records
Archive:         Platform Records CZstd CCrypto
Reports:         Records Archive
RejectFiles:     Archive Records Reports Scalars
Databases:       Postgres LocalPostgres PipelineSpec Records
Extract:         Platform Records Scalars JSONStream PipelineSpec CZstd CZlib
Transform:       Platform Records Scalars JSONStream PipelineSpec
Validate:        Platform Records Scalars PipelineSpec Patterns
Load:            Records PipelineSpec Postgres
Verify:          Platform Records Postgres
Engine:          Platform FlowControl Records PipelineSpec Postgres LocalPostgres Archive Reports RejectFiles Databases Extract Transform Validate Load Verify
SampleData:      Records
sluice:          Platform Engine Reports RejectFiles PipelineSpec Records Archive LocalPostgres Explanations CMalloc
sluice-sample:   Platform SampleData
FaultHarness:    Platform Archive LocalPostgres Postgres
sluice-faults:   Platform FaultHarness
FuzzHarness:     Platform Archive Engine LocalPostgres PipelineSpec Records RejectFiles Reports SampleData
sluice-fuzz:     FuzzHarness
'

# The command lines: the only ones that print, exit and read the environment.
speakers='sluice sluice-sample sluice-faults sluice-fuzz'

# Each `@unchecked Sendable` is one more promise that the compiler does not check; each says what keeps it.
unchecked_limit=4

problems=0
report() {
  printf 'boundaries: %s\n' "$*" >&2
  problems=$((problems + 1))
}

# Prints FILE:LINE:TEXT of the lines of Swift under a folder that match, comments left out.
code_lines() {
  local pattern=$1 folder=$2
  grep -rHnE --include='*.swift' -- "$pattern" "$folder" | grep -vE '^[^:]+:[0-9]+:[[:space:]]*(//|\*)' || true
}

# Reports each line that matches.
refuse() {
  local why=$1 pattern=$2 folder=$3 line
  while IFS= read -r line; do
    report "${line#"$root"/}  <- $why"
  done < <(code_lines "$pattern" "$folder")
}

check_imports() {
  local modules folder module row may file line imported
  local import='^[[:space:]]*((@[A-Za-z_()]+|public|package|internal|fileprivate|private)[[:space:]]+)*import[[:space:]]'
  modules=$(awk -F: 'NF > 1 { print $1 }' <<<"$allowed")
  for folder in "$root"/Sources/*/; do
    module=$(basename "$folder")
    if ! row=$(grep -E "^$module:" <<<"$allowed"); then
      report "Sources/$module: no row in the table of ops/check-boundaries.sh"
      continue
    fi
    may=" ${row#*:} "
    while IFS=: read -r file line imported; do
      imported=$(sed -E 's/^.*import +((struct|class|enum|protocol|func|var|let|typealias) +)?([A-Za-z_0-9]+).*$/\3/' \
        <<<"$imported")
      grep -qx -- "$imported" <<<"$modules" || continue
      [[ $may == *" $imported "* ]] || report "${file#"$root"/}:$line: $module may not import $imported"
    done < <(code_lines "$import" "$folder")
  done
}

check_speakers() {
  local folder module why='only the command line prints, exits and reads the environment'
  local before='(^|[^A-Za-z0-9_.`])'
  for folder in "$root"/Sources/*/; do
    module=$(basename "$folder")
    [[ " $speakers " == *" $module "* ]] && continue
    refuse "$why" "$before(print|debugPrint|dump|fatalError|perror|puts|printf|fprintf)[[:space:]]*\(" "$folder"
    refuse "$why" "$before((Platform|Glibc|Musl|Darwin|Foundation)\.)?(exit|_exit|quick_exit|abort)[[:space:]]*\(" "$folder"
    refuse "$why" "$before(getenv|secure_getenv|setenv|environ)([^A-Za-z0-9_:]|$)" "$folder"
    refuse "$why" 'ProcessInfo|CommandLine\.|FileHandle\.standard' "$folder"
    refuse "$why" '(fput[cs]|fwrite|fflush|vfprintf)[[:space:]]*\(.*std(err|out)|write[[:space:]]*\(STD(OUT|ERR)_FILENO' \
      "$folder"
  done
}

check_forbidden() {
  local line folder
  for folder in "$root"/Sources/*/; do
    [ "$(basename "$folder")" = Platform ] ||
      refuse 'import Platform: it is the C library under one name' \
        '^[[:space:]]*([@A-Za-z_]+[[:space:]]+)*import[[:space:]]+(Glibc|Musl|Darwin|SystemPackage)' "$folder"
  done
  refuse 'a wrong input would end the process' '(^|[^A-Za-z0-9_])(try|as)!' "$root/Sources"
  refuse 'a failure of the system, or a wrong input, would end the process' \
    '(default|catch).*preconditionFailure|precondition(Failure)?[[:space:]]*\(.*(pthread_|[Ee]rrno|mmap)' \
    "$root/Sources"
  refuse 'nothing checks this against data races' 'nonisolated\(unsafe\)' "$root/Sources"
  refuse 'bounds stay checked' '-Ounchecked' "$root/Sources"
  while IFS= read -r line; do
    report "${line#"$root"/}  <- open ends belong into the tracker"
  done < <(grep -rHnEw --include='*.swift' 'TODO|FIXME' "$root/Sources" || true)
  [ ! -f "$root/Package.swift" ] || refuse 'bounds stay checked' '-Ounchecked|unsafeFlags' "$root/Package.swift"
}

# Each use stands under a comment, or carries one, that says what protects the value.
check_unchecked() {
  local count=0 file line text before
  while IFS=: read -r file line text; do
    count=$((count + 1))
    before=$(sed -n "$((line > 1 ? line - 1 : 1))p" "$file")
    [[ $before =~ ^[[:space:]]*(//|@) || $text == *//* ]] ||
      report "${file#"$root"/}:$line: @unchecked Sendable without a comment that says what protects it"
  done < <(code_lines '@unchecked[[:space:]]+Sendable' "$root/Sources")
  [ $count -le $unchecked_limit ] || report "$count uses of @unchecked Sendable; at most $unchecked_limit"
}

check() {
  root=$1
  problems=0
  check_imports
  check_speakers
  check_forbidden
  check_unchecked
  [ $problems -eq 0 ]
}

# Breaks one rule in a scratch tree and expects exactly that to be reported.
expect() {
  local what=$1 module=$2 text=$3 said scratch
  scratch=$(mktemp -d)
  mkdir -p "$scratch/Sources/$module"
  printf '%s\n' "$text" >"$scratch/Sources/$module/Probe.swift"
  if said=$(check "$scratch" 2>&1); then said=''; fi
  rm -rf "$scratch"
  if [ "$what" = nothing ]; then
    [ -z "$said" ] && return
    echo "boundaries: the check refuses what is right: $text: $said" >&2
  else
    [[ $said == *"$what"* ]] && return
    echo "boundaries: the check does not see: $text" >&2
  fi
  exit 1
}

prove() {
  expect 'Records may not import Postgres' Records 'import Postgres'
  expect 'Extract may not import Load' Extract 'public import struct Load.Loader'
  expect 'Verify may not import Transform' Verify '@testable import Transform'
  expect 'Verify may not import Scalars' Verify 'internal import Scalars'
  expect 'no row in the table' Novelty 'let one = 1'
  expect 'only the command line prints' Load '  print("row")'
  expect 'only the command line prints' Engine '  exit(1)'
  expect 'only the command line prints' Engine '  guard ok else { fatalError("no") }'
  expect 'only the command line prints' Postgres '  let home = getenv("HOME")'
  expect 'only the command line prints' Engine '  let all = ProcessInfo.processInfo.environment'
  expect 'only the command line prints' Engine '  fputs("x", stderr)'
  expect 'only the command line prints' Engine '  Platform.exit(1)'
  expect 'import Platform' Records '  internal import Glibc'
  expect 'would end the process' Records '  let value = try! read()'
  expect 'would end the process' Records '  let value = any as! Int'
  expect 'would end the process' FlowControl '  precondition(pthread_create(&thread, nil, body, nil) == 0)'
  expect 'would end the process' Extract '    default: preconditionFailure("nothing else is thrown")'
  expect 'bounds stay checked' Records '  // ok
  let flags = ["-Ounchecked"]'
  expect 'without a comment' Records 'let x = 1
final class Box: @unchecked Sendable {}'
  expect 'open ends' Records '  let x = 1  // TODO later'
  expect 'open ends' Records '// FIXME: later'
  expect nothing Load 'public import Records
/// Prints nothing: print(row) would be wrong, and so would exit(1).
import Foundation
/// Sendable because it has one owner at a time.
final class Box: @unchecked Sendable { func exitStatus() {} }
let exitStatus = ExitStatus.success
func scan() { precondition(capacity > 0) }
let line = cursor.print(row)'
  expect nothing sluice 'import Engine
print("done")'
}

if [ "${1:-}" = --prove ]; then
  prove
  shift
fi
check "${1:-$(cd "$(dirname "$0")/.." && pwd)}"
