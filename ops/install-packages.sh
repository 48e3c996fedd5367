#!/usr/bin/env bash
# Installs what a build and the tests need from the system: libpq, zstd, zlib, libcrypto and RE2 with their headers, a C++ library
# for RE2, pkg-config, and a PostgreSQL server for the embedded database and the tests; PgBouncer for the tests; strace
# and ext4's tools to provoke faults. Does nothing, and needs no rights, when all of it is there.
set -euo pipefail

say() { printf 'packages: %s\n' "$*" >&2; }

has_header() { pkg-config --exists "$1" 2>/dev/null; }

# The toolchain brings clang, and takes the C++ library of the system's newest GCC.
has_cxx_library() {
  local clang
  clang=$(dirname "$(readlink -f "$(command -v swift)")")/clang
  [ -x "$clang" ] || clang=clang
  echo '#include <string>' | "$clang" -x c++ -std=c++17 -fsyntax-only - 2>/dev/null
}

# A server's own programs are seldom on PATH; pg_config knows where they are.
has_server() {
  local folder
  for folder in "$(pg_config --bindir 2>/dev/null || true)" /usr/lib/postgresql/*/bin /usr/pgsql-*/bin \
    /usr/local/pgsql/bin /opt/homebrew/opt/postgresql*/bin /usr/local/opt/postgresql*/bin; do
    [ -x "$folder/initdb" ] && [ -x "$folder/postgres" ] && return 0
  done
  command -v initdb >/dev/null && command -v postgres >/dev/null
}

require_swift() {
  command -v swift >/dev/null && return
  say "no 'swift' on PATH: install a Swift 6.1 or later toolchain from https://www.swift.org/install and try again"
  exit 1
}

# One line each: the Debian package, and what tells that it is there already.
missing_packages() {
  command -v pkg-config >/dev/null || echo pkg-config
  has_header libpq || echo libpq-dev
  has_header libzstd || echo libzstd-dev
  has_header zlib || echo zlib1g-dev
  has_header libcrypto || echo libssl-dev
  has_header re2 || echo libre2-dev
  has_cxx_library || echo g++
  command -v zstd >/dev/null || echo zstd
  command -v psql >/dev/null || echo postgresql-client
  # What provokes faults: of system calls, and of a disk
  [ "$(uname)" != Linux ] || command -v strace >/dev/null || echo strace
  [ "$(uname)" != Linux ] || [ -x /usr/sbin/mkfs.ext4 ] || command -v mkfs.ext4 >/dev/null || echo e2fsprogs
  has_server || echo postgresql
  [ "$(uname)" != Linux ] || [ -x /usr/sbin/pgbouncer ] || echo pgbouncer
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    say "root is needed for: $*"
    exit 1
  fi
}

install_with_apt() {
  say "installing with apt-get: $*"
  as_root apt-get update -qq
  # The distribution would start a server of its own on port 5432; nothing here uses it.
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
}

require_swift
missing=$(missing_packages | tr '\n' ' ')
missing=${missing% }
[ -z "$missing" ] && exit 0

if command -v apt-get >/dev/null; then
  # shellcheck disable=SC2086 # one word a package
  install_with_apt $missing
elif command -v brew >/dev/null; then
  say "missing: $missing"
  say "install them with: brew install libpq zstd zlib openssl re2 pkg-config postgresql@17"
  say "then: export PKG_CONFIG_PATH=\"\$(brew --prefix libpq)/lib/pkgconfig:\$(brew --prefix zlib)/lib/pkgconfig:\$(brew --prefix openssl)/lib/pkgconfig\""
  say "and:  export CPLUS_INCLUDE_PATH=\"\$(brew --prefix)/include\" LIBRARY_PATH=\"\$(brew --prefix)/lib\""
  exit 1
else
  say "missing, by their Debian names: $missing"
  say "install your system's packages of libpq, zstd, zlib, libcrypto and RE2 (with headers), a C++ library, pkg-config and a PostgreSQL server"
  exit 1
fi

missing=$(missing_packages | tr '\n' ' ')
[ -z "$missing" ] && exit 0
say "still missing after the installation: $missing"
exit 1
