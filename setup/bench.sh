#!/bin/sh
# Measures; sets up and builds first where that is still to do. Arguments go to the benchmark: npm run bench -- --help
set -eu
cd "$(dirname "$0")/.."
sh setup/setup.sh
sh setup/build.sh --if-stale
exec node --expose-gc dist/bench/main.js "$@"
