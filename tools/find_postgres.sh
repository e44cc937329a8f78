#!/bin/sh
# Find the PostgreSQL that the tests start, and the PgBouncer that they put before it. No PostgreSQL
# is needed if POSTGRES_URL names one that runs.
#
# Root under CI gets Debian's packages installed, others are told their names.
set -eu

has_postgres() {
  [ -n "${POSTGRES_URL:-}" ] || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null
}

missing=""
has_postgres || missing="postgresql"
[ -x /usr/sbin/pgbouncer ] || command -v pgbouncer >/dev/null || missing="$missing pgbouncer"
[ -n "$missing" ] || exit 0

if [ -n "${CI:-}" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "installing $missing: the tests start servers of their own" >&2
  mkdir -p /etc/postgresql-common
  echo "create_main_cluster = false" >>/etc/postgresql-common/createcluster.conf
  apt-get update -qq >&2
  # shellcheck disable=SC2086 # names of packages
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $missing >/dev/null
else
  echo "The tests need $missing. On Debian and Ubuntu: sudo apt-get install $missing" >&2
  echo "Or name a PostgreSQL, whose database they may fill: make test POSTGRES_URL=postgresql://..." >&2
  exit 1
fi
