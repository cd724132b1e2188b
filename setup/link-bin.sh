#!/bin/sh
# Puts titus-bed where npx looks first, so that `npx titus-bed` in this folder is this folder's, whatever npm keeps in its cache.
set -eu
cd "$(dirname "$0")/.."
[ -d node_modules ] || exit 0
mkdir -p node_modules/.bin
ln -sfn ../../bin/titus-bed.cjs node_modules/.bin/titus-bed
