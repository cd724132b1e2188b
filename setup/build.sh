#!/bin/sh
# Builds dist/: the bundled programs, the files that they read at their places, the packages that hosts install. Types are checked by
# the tests, not here.
# usage: build.sh [--if-stale]   --if-stale: only when a source is newer than the last build; what users edit, the cluster file and the
#                                scenarios, is copied then and nothing is built
set -eu
cd "$(dirname "$0")/.."
# One build at a time: the next one then finds what this one made.
exec 9<package.json
flock 9
sources='system schemas stack lab runner deb cli bench'
code="$sources setup package.json package-lock.json"
edited='scenarios cluster.yaml'
# shellcheck disable=SC2086
if [ "${1:-}" = --if-stale ] && [ -e dist/.built ] && [ -z "$(find $code -newer dist/.built -type f -print -quit)" ]; then
  [ -n "$(find $edited -newer dist/.built -type f -print -quit)" ] || exit 0
  # What changes from here on is newer than the copy, code as well.
  touch dist/.copied
  if [ -z "$(find $code -newer dist/.built -type f -print -quit)" ]; then
    rm -rf dist/scenarios
    cp -r $edited dist/
    mv dist/.copied dist/.built
    exit 0
  fi
fi
[ -e node_modules/esbuild ] || sh setup/setup.sh packages
echo 'building dist/' >&2
rm -rf dist.new
mkdir dist.new
# A build is current while no source is newer than this file.
touch dist.new/.built
echo "$code $edited" >dist.new/.sources
# The packages take their time on another processor.
node --import ./setup/ts-loader.mjs deb/packaging/main.ts dist.new/deb/packages >dist.new/.packages.log &
packages=$!
node --import ./setup/ts-loader.mjs setup/bundle.mjs dist.new
# What is not TypeScript keeps its place beside the code that reads it; the images are known by a digest of their sources.
# shellcheck disable=SC2086
find $sources -type f \( ! -name '*.ts' ! -name '*.pyc' -o -path 'lab/image/*.ts' \) >dist.new/.assets
tar -cf - -T dist.new/.assets | tar -xf - -C dist.new
rm dist.new/.assets
# shellcheck disable=SC2086
cp -r package.json $edited dist.new/
wait $packages && rm dist.new/.packages.log
rm -rf dist.old
[ ! -e dist ] || mv dist dist.old
mv dist.new dist
rm -rf dist.old
