#!/bin/sh
# The three rings of tests: types and lint, then unit and loopback tests, then the lab with real machines.
# Prints "N passed, N failed" alone on the last line; exits non-zero when anything failed.
# usage: test.sh [ring...]   rings: static unit lab (default: all)
set -u
cd "$(dirname "$0")/.." || exit
rings=${*:-static unit lab}
passed=0 failed=0
mkdir -p reports

check() {
  name=$1
  shift
  printf '== %s\n' "$name"
  if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); printf 'FAILED: %s\n' "$name"; fi
}

# counts the tests of a TAP file: the points one level below the test files
count() {
  set -- "$1" "$(grep -c '^    ok ' "$1")" "$(grep -c '^    not ok ' "$1")"
  passed=$((passed + $2)) failed=$((failed + $3))
}

# what failed, whole
show_failures() {
  awk '
    match($0, /^ *not ok /) { indent = RLENGTH - 7; shown = 1; print; next }
    shown && match($0, /^ */) && (RLENGTH > indent || $0 == "") { print; next }
    { shown = 0 }
  ' "$1"
}

# a line for each test as it ends; the whole of it stays in the report
run_tap() {
  report=$1
  shift
  rm -f "$report.status"
  { npx --no-install tap run --reporter=tap "$@" </dev/null || echo $? >"$report.status"; } | tee "$report" | grep --line-buffered 'ok [0-9]* - .* # time='
  count "$report"
  show_failures "$report"
  if [ -e "$report.status" ] && [ "$failed" = 0 ]; then failed=$((failed + 1)); fi
}

for ring in $rings; do
  case $ring in
    static)
      check 'types' npm run --silent typecheck
      check 'lint' npm run --silent lint
      ;;
    unit) run_tap reports/unit.tap ;;
    lab)
      check 'build' npm run --silent build
      run_tap reports/lab.tap --jobs=1 --timeout=1200 --exclude='!**' test/e2e/*.test.ts
      ;;
    *)
      echo "no such ring: $ring (static, unit, lab)" >&2
      exit 2
      ;;
  esac
done
printf '%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" = 0 ]
