#!/bin/sh
# Create a virtual environment with the newest Python >= 3.11 found.
#
#     [PYTHON=python3.12] sh tools/create_venv.sh .venv
#
# Debian splits `venv` from Python: root gets the missing package installed, others are told its name.
set -eu

venv=$1
candidates=${PYTHON:-python3.14 python3.13 python3.12 python3.11 python3 python}

is_new_enough() {
  "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
  for name in $candidates; do
    if is_new_enough "$name"; then
      echo "$name"
      return
    fi
  done
  echo "Trueup needs Python 3.11 or later; none of these is one: $candidates" >&2
  echo "Install it, or name it: make PYTHON=/path/to/python3" >&2
  return 1
}

ensure_venv_module() {
  "$1" -c 'import ensurepip, venv' 2>/dev/null && return
  package=$("$1" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "installing $package: this Python has no venv module" >&2
    apt-get update -qq >&2
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$package" >/dev/null
  else
    echo "$1 has no venv module. On Debian and Ubuntu: sudo apt-get install $package" >&2
    return 1
  fi
}

if [ -x "$venv/bin/python" ] && is_new_enough "$venv/bin/python"; then
  exit 0
fi
python=$(find_python)
ensure_venv_module "$python"
"$python" -m venv --clear "$venv"
