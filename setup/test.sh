#!/bin/sh
# The three rings of tests: types and lint, then unit and loopback tests, then the lab with real machines.
# Prints "N passed, N failed, N skipped" alone on the last line; exits non-zero when anything failed.
# usage: test.sh [ring...]   rings: static unit lab (default: all)
set -u
cd "$(dirname "$0")/.." || exit
rings=${*:-static unit lab}
passed=0 failed=0 skipped=0
mkdir -p reports

check() {
  name=$1
  shift
  printf '== %s\n' "$name"
  if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); printf 'FAILED: %s\n' "$name"; fi
}

# runs test files and adds up what their last line says; one that never came is a failure
run_files() {
  report=reports/$1.txt
  shift
  node setup/run-tests.mjs "$@" </dev/null | tee "$report"
  # shellcheck disable=SC2046
  set -- $(sed -n '$s/^\([0-9]*\) passed, \([0-9]*\) failed, \([0-9]*\) skipped$/\1 \2 \3/p' "$report")
  passed=$((passed + ${1:-0})) failed=$((failed + ${2:-1})) skipped=$((skipped + ${3:-0}))
}

for ring in $rings; do
  case $ring in
    static)
      check 'types' npm run --silent typecheck
      check 'lint' npm run --silent lint
      ;;
    unit)
      # shellcheck disable=SC2046
      run_files unit --timeout=300 $(find test -name '*.test.ts' ! -path 'test/e2e/*')
      ;;
    lab)
      check 'build' npm run --silent build
      run_files lab --jobs=1 --timeout=1200 test/e2e/*.test.ts
      ;;
    *)
      echo "no such ring: $ring (static, unit, lab)" >&2
      exit 2
      ;;
  esac
done
printf '%s passed, %s failed, %s skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" = 0 ]
