#!/bin/sh
# Run .ci/run on a clone of the last commit, as a machine would that has never seen the project:
# an empty HOME, a plain PATH, no variables but those that pip needs behind a closed network.
set -eu

root=$(git rev-parse --show-toplevel)
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
trap 'exit 130' INT TERM

git clone --quiet "$root" "$place/clone"
mkdir "$place/home"

# A version manager's shims need its own variables, so the real interpreter's folder stands in
# for them where the system has no Python that is new enough.
path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
if ! PATH=$path python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
  path=$(python3 -c 'import sys; print(sys.base_prefix)')/bin:$path
fi

set -- HOME="$place/home" PATH="$path" LANG=C.UTF-8
for name in $(env | sed -n 's/^\(PIP_[A-Z_]*\)=.*/\1/p') SSL_CERT_FILE CI; do
  eval "value=\${$name-}"
  if [ -n "$value" ]; then set -- "$@" "$name=$value"; fi
done
# pip finds the machine's configuration by itself; the user's is lost with HOME.
user_config=${XDG_CONFIG_HOME:-$HOME/.config}/pip/pip.conf
if [ -z "${PIP_CONFIG_FILE-}" ] && [ -f "$user_config" ]; then
  set -- "$@" "PIP_CONFIG_FILE=$user_config"
fi

cd "$place/clone"
echo "fresh clone of $(git log -1 --format='%h %s')"
env -i "$@" bash .ci/run
