#!/bin/sh
# The whole way on a fresh clone: set up, build, raise the testbed in the lab, run the scenarios, say what to type next.
set -eu
cd "$(dirname "$0")/.."
sh setup/setup.sh
sh setup/build.sh --if-stale
run_as_root=""
[ "$(id -u)" = 0 ] || run_as_root="sudo -E env PATH=$PATH"
$run_as_root node dist/cli/main.js apply cluster.yaml
$run_as_root node dist/cli/main.js run scenarios/*.yaml
cat <<'NEXT'

The testbed is up. What to type next:
  npx titus-bed status                    the machines, how to reach them
  npx titus-bed ssh gateway               a shell on the Titus gateway
  npx titus-bed run scenarios/batch-job.yaml
  npx titus-bed destroy                   remove everything
NEXT
