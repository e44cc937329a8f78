#!/bin/sh
# Run what runs on ministack on Amazon's DynamoDB Local instead, for those whom its licence admits.
# Arguments go to pytest. Called by `make test-dynamodb-local`, which has set up .venv.
set -eu

refuse() {
  printf '%s\n' "$@" >&2
  exit 2
}

if [ "${ACCEPT_DYNAMODB_LOCAL_LICENSE-}" != 1 ]; then
  refuse "DynamoDB Local is not fetched: it is not open source." \
    "Its licence admits only holders of an AWS account in good standing, forbids passing it on, and is" \
    "LICENSE.txt in its jar. Without it, \`make test\` runs the same tests on ministack." \
    "If you hold an account and accept: make test-dynamodb-local ACCEPT_DYNAMODB_LOCAL_LICENSE=1"
fi

jars=.venv/dynamodb-local
fetched() { ls "$jars"/DynamoDBLocal-*.jar >/dev/null 2>&1; }

java -version >/dev/null 2>&1 ||
  refuse "java is missing: apt-get install default-jre-headless, or brew install openjdk"
fetched || command -v mvn >/dev/null ||
  refuse "mvn is missing: apt-get install maven, or brew install maven"
fetched || mvn -q -B -ntp -C -f tools/dynamodb_local.xml "-Djars=$PWD/$jars" process-sources

work=$(mktemp -d)
server=
stop() {
  if [ -n "$server" ]; then kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; fi
  rm -rf "$work"
}
trap stop EXIT
trap 'exit 130' INT TERM

port=$(.venv/bin/python -c '
import socket
with socket.socket() as found:
    found.bind(("127.0.0.1", 0))
    print(found.getsockname()[1])')
# It listens on every interface and has no option for that.
java -XX:+UseSerialGC -Xmx512m "-Djava.io.tmpdir=$work" -cp "$jars/*" \
  software.amazon.dynamodb.services.local.main.ServerRunner \
  -disableTelemetry -inMemory -port "$port" >"$work/log" 2>&1 &
server=$!

listens() {
  .venv/bin/python -c 'import socket, sys; socket.create_connection(("127.0.0.1", int(sys.argv[1])), 1)' \
    "$port" 2>/dev/null
}
looks=0
until listens; do
  looks=$((looks + 1))
  if [ "$looks" -gt 150 ] || ! kill -0 "$server" 2>/dev/null; then
    cat "$work/log" >&2
    refuse "DynamoDB Local did not start; what it said is above"
  fi
  sleep 0.2
done

DYNAMODB_URL=dynamodb://127.0.0.1:$port DYNAMODB_SERVER=dynamodb-local \
  .venv/bin/python -m pytest -n 2 "${@:-tests/contract}"
