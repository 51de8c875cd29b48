#!/bin/sh
# Joins the images that were built and tested into one, IMAGE: whoever pulls it gets the one for their architecture.
set -eu
: "${IMAGE:?}"
. "$(dirname "$0")/login.sh"

buildah manifest create "$IMAGE"
for arch in amd64 arm64; do
  buildah manifest add "$IMAGE" "docker://$IMAGE-$arch"
done
buildah manifest push --all "$IMAGE" "docker://$IMAGE"
