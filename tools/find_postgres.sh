#!/bin/sh
# Find the PostgreSQL that the tests start, its PostGIS, and the PgBouncer that they put before it. No
# PostgreSQL is needed if POSTGRES_URL names one that runs.
#
# Root under CI gets Debian's packages installed, others are told their names.
set -eu

debian=${DEBIAN_POSTGRESQL:-/usr/lib/postgresql}

newest() {
  found=$(ls "$debian"/*/bin/initdb 2>/dev/null | sort -V | tail -n 1)
  [ -n "$found" ] || found=$(readlink -f "$(command -v initdb)" 2>/dev/null) || return 1
  dirname "$found"
}

has_postgis() {
  shared=$("$1/pg_config" --sharedir 2>/dev/null) && [ -f "$shared/extension/postgis.control" ]
}

missing() {
  if [ -n "${POSTGRES_URL:-}" ]; then :
  elif ! programs=$(newest); then echo postgresql postgresql-postgis
  elif ! has_postgis "$programs"; then echo postgresql-postgis
  fi
  [ -x /usr/sbin/pgbouncer ] || command -v pgbouncer >/dev/null || echo pgbouncer
}

packages=$(missing | xargs)
[ -n "$packages" ] || exit 0

if [ -n "${CI:-}" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "installing $packages: the tests start servers of their own" >&2
  mkdir -p /etc/postgresql-common
  echo "create_main_cluster = false" >>/etc/postgresql-common/createcluster.conf
  apt-get update -qq >&2
  # shellcheck disable=SC2086 # names of packages
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages >/dev/null
  packages=$(missing | xargs)
  [ -n "$packages" ] || exit 0
fi
echo "The tests need $packages. On Debian and Ubuntu: sudo apt-get install $packages" >&2
echo "Or leave out what needs a server: make test-quick" >&2
echo "Or name a PostgreSQL, whose database they may fill: make test POSTGRES_URL=postgresql://..." >&2
exit 1
