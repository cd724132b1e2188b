#!/bin/sh
# The whole way on a fresh clone: set up, build, raise the testbed in the lab, run the scenarios, say what to type next.
set -eu
cd "$(dirname "$0")/.."
sh setup/setup.sh
sh setup/build.sh --if-stale
how=""
[ "$(id -u)" = 0 ] || how="sudo -E env PATH=\"\$PATH\" "
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -E env "PATH=$PATH" "$@"; fi
}
as_root node dist/cli/main.js apply cluster.yaml
as_root node dist/cli/main.js run scenarios/*.yaml
cat <<NEXT

The testbed is up. What to type next:
  ${how}npx titus-bed status                    the machines, how to reach them
  ${how}npx titus-bed ssh gateway               a shell on the Titus gateway
  ${how}npx titus-bed run scenarios/batch-job.yaml
  ${how}npx titus-bed destroy                   remove everything
NEXT
