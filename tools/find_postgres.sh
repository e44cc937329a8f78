#!/bin/sh
# Find the PostgreSQL that the tests start. None is needed if POSTGRES_URL names one that runs.
#
# Root under CI gets Debian's package installed, others are told its name.
set -eu

[ -z "${POSTGRES_URL:-}" ] || exit 0
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 && exit 0
command -v initdb >/dev/null && exit 0

if [ -n "${CI:-}" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "installing postgresql: the tests start a server of their own" >&2
  mkdir -p /etc/postgresql-common
  echo "create_main_cluster = false" >>/etc/postgresql-common/createcluster.conf
  apt-get update -qq >&2
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql >/dev/null
else
  echo "The tests need PostgreSQL. On Debian and Ubuntu: sudo apt-get install postgresql" >&2
  echo "Or name a server, whose database they may fill: make test POSTGRES_URL=postgresql://..." >&2
  exit 1
fi
