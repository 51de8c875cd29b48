#!/bin/sh
# Builds the image of one architecture, and pushes it as IMAGE-ARCH.
set -eu
: "${IMAGE:?}" "${ARCH:?}"
. "$(dirname "$0")/login.sh"

buildah build --platform "linux/$ARCH" --tag "$IMAGE-$ARCH" .
buildah push "$IMAGE-$ARCH"
