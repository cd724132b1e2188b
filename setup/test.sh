#!/bin/sh
# The rings of tests: types, lint and format; unit and loopback tests; a testbed in the lab, beside them; then all that takes long: every
# break, the images of distributions, the whole life of a testbed, kills, what the README says to type.
# Prints "N passed, N failed, N skipped" alone on the last line; exits non-zero when anything failed.
# usage: test.sh [--list] [ring...]   rings: static unit lab (the default), long; all: these four
#                                     --list: only say which files the rings run
set -u
cd "$(dirname "$0")/.." || exit
list=''
[ "${1:-}" != --list ] || { list=yes && shift; }
rings=${*:-static unit lab}
[ "$rings" != all ] || rings='static unit lab long'
passed=0 failed=0 skipped=0
mkdir -p reports

# Every file below test/ that is named as a test is of one ring.
files_of() {
  case $1 in
    unit) find test -name '*.test.ts' ! -path 'test/e2e/*' ! -path '*/node_modules/*' ;;
    lab) find test/e2e -name lab.test.ts ;;
    long) find test/e2e -name '*.test.ts' ! -name lab.test.ts ;;
  esac
}

# check NAME COMMAND...: fails as the command does
check() {
  name=$1
  shift
  printf '== %s\n' "$name"
  if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)) && printf 'FAILED: %s\n' "$name" && return 1; fi
}

# add_up REPORT: what its last line says; one that never came is a failure
add_up() {
  # shellcheck disable=SC2046
  set -- $(sed -n '$s/^\([0-9]*\) passed, \([0-9]*\) failed, \([0-9]*\) skipped$/\1 \2 \3/p' "$1")
  passed=$((passed + ${1:-0})) failed=$((failed + ${2:-1})) skipped=$((skipped + ${3:-0}))
}

# run_files RING OPTION...
run_files() {
  ring=$1 report=reports/$1.txt
  shift
  # shellcheck disable=SC2046
  node setup/run-tests.mjs "$@" $(files_of "$ring") </dev/null | tee "$report"
  add_up "$report"
}

# run_ring RING
run_ring() {
  case $1 in
    static)
      check 'types and lint' npm run --silent lint
      check 'format' npm run --silent format
      ;;
    # One more than there are processors, since some files wait.
    unit) run_files unit --bundle --timeout=600 --jobs=$(($(nproc) + 1)) --first=terraform ;;
    # A build that fails, as by Ctrl-C, ends its ring: the shell of a ring in the background does not hear Ctrl-C itself.
    lab) check 'build' sh setup/build.sh --if-stale && run_files lab --timeout=900 ;;
    long)
      # Three labs beside each other: each of them mostly waits. What takes longest begins first.
      check 'build' sh setup/build.sh --if-stale && run_files long --jobs=3 --first=stock,life,breaks-of-services,readme --timeout=1800
      ;;
    *)
      echo "no such ring: $1 (static, unit, lab, long)" >&2
      exit 2
      ;;
  esac
}

if [ -n "$list" ]; then
  for ring in $rings; do files_of "$ring" | sed "s/^/$ring /"; done
  exit
fi
case $rings in
  *' '*)
    # The static ring waits for nothing: it takes what the others leave of the processors. A lab mostly waits. What takes long comes when the
    # unit tests are done: its machines want the processors.
    for ring in $rings; do
      case $ring in
        static) nice -n 19 sh setup/test.sh static 2>&1 </dev/null | tee reports/ring-static.txt & ;;
        long) wait && sh setup/test.sh long 2>&1 </dev/null | tee reports/ring-long.txt ;;
        *) sh setup/test.sh "$ring" 2>&1 </dev/null | tee "reports/ring-$ring.txt" & ;;
      esac
    done
    wait
    for ring in $rings; do add_up "reports/ring-$ring.txt"; done
    ;;
  *) run_ring "$rings" ;;
esac
printf '%s passed, %s failed, %s skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" = 0 ]
