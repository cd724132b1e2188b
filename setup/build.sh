#!/bin/sh
# Builds dist/: compiled TypeScript, the assets beside it, the bundled constructs library, the packages that hosts install.
set -eu
cd "$(dirname "$0")/.."
rm -rf dist.new
npx --no-install tsc -p tsconfig.build.json --outDir dist.new
# everything that is not TypeScript keeps its place beside the code that reads it
find schemas stack lab runner deb cli -type f ! -name '*.ts' ! -name '*.pyc' | while IFS= read -r asset; do
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
# a build is current while no source is newer than this file
touch dist/.built
