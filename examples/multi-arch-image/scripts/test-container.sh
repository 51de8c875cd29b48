#!/bin/sh
# Asks the server at SERVER_URL on which architecture it runs: it must be ARCH.
set -eu
: "${SERVER_URL:?}" "${ARCH:?}"

answer=$(curl --silent --show-error --fail --retry 30 --retry-delay 1 --retry-connrefused "$SERVER_URL")
echo "$answer"
[ "$answer" = "hello from $ARCH" ] || { echo "expected: hello from $ARCH" >&2; exit 1; }
