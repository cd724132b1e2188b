#!/bin/sh
# The whole way on a fresh clone: set up, build, raise the testbed in the lab, prove it by the scenarios for a first look, say what to type next.
set -eu
cd "$(dirname "$0")/.."
began=$(date +%s)
# phase NAME COMMAND...: says what begins, and how old the demo is by then
phase() {
  printf '== %s (%s s since the start)\n' "$1" "$(($(date +%s) - began))" >&2
  shift
  "$@"
}
how=""
[ "$(id -u)" = 0 ] || how="sudo -E env PATH=\"\$PATH\" "
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -E env "PATH=$PATH" "$@"; fi
}
phase 'what this computer lacks' sh setup/setup.sh
phase 'build' sh setup/build.sh --if-stale
phase 'titus-bed apply cluster.yaml' as_root node bin/titus-bed.cjs apply cluster.yaml
# Scenarios leave each other in peace, or say that they run alone: while one waits another works.
phase 'titus-bed run --parallel 2 --tag smoke scenarios/*.yaml' \
  as_root node bin/titus-bed.cjs run --parallel 2 --tag smoke scenarios/*.yaml
all=$(node bin/titus-bed.cjs list scenarios/*.yaml | tail -n 1)
cat <<NEXT

The testbed is up, $(($(date +%s) - began)) s after the start. What to type next:
  ${how}npx titus-bed status                    the machines, how to reach them
  ${how}npx titus-bed ssh gateway               a shell on the Titus gateway
  ${how}npx titus-bed run scenarios/*.yaml      all $all, those that break machines as well
  ${how}npx titus-bed destroy                   remove everything
NEXT
