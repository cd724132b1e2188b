#!/bin/sh
# Builds dist/: compiled TypeScript, the assets beside it, the bundled constructs library, the packages that hosts install.
# usage: build.sh [--if-stale]   --if-stale: only when a source is newer than the last build
set -eu
cd "$(dirname "$0")/.."
# one build at a time: the next one then finds what this one made
exec 9<package.json
flock 9
sources='system schemas stack lab runner deb cli bench'
if [ "${1:-}" = --if-stale ] && [ -e dist/.built ]; then
  # shellcheck disable=SC2086
  [ -n "$(find $sources scenarios cluster.yaml package.json -newer dist/.built -type f -print -quit)" ] || exit 0
fi
echo 'building dist/' >&2
rm -rf dist.new
mkdir dist.new
# a build is current while no source is newer than this file
touch dist.new/.built
npx --no-install tsc -p tsconfig.build.json --outDir dist.new
# everything that is not TypeScript keeps its place beside the code that reads it
# shellcheck disable=SC2086
find $sources -type f ! -name '*.ts' ! -name '*.pyc' | while IFS= read -r asset; do
  mkdir -p "dist.new/$(dirname "$asset")"
  cp "$asset" "dist.new/$asset"
done
cp package.json cluster.yaml dist.new/
cp -r scenarios dist.new/scenarios
node setup/bundle-constructs.mjs dist.new/stack/constructs.js
node dist.new/deb/packaging/main.js dist.new/deb/packages
chmod 755 dist.new/cli/main.js
rm -rf dist.old
[ ! -e dist ] || mv dist dist.old
mv dist.new dist
rm -rf dist.old
