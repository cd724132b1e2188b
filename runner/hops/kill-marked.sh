# Ends every process that carries the mark NAME=value ($1) in its environment, and all their descendants:
# TERM first, KILL after two seconds. Exit 0: none is left. 1: some may still run.
# A mark in the environment also finds what left the process group, and what runs inside a container.
as_root=
if [ "$(id -u)" != 0 ] && sudo -n true 2>/dev/null; then as_root='sudo -n'; fi
family() {
  { $as_root grep -lsazxF -e "$1" /proc/[0-9]*/environ | cut -d/ -f3; echo --; ps -eo pid=,ppid=; } | awk '
    $1 == "--" { edges = 1; next }
    !edges { found[$1] = 1; next }
    { parent[$1] = $2 }
    END {
      for (grew = 1; grew;) {
        grew = 0
        for (pid in parent) if (!(pid in found) && (parent[pid] in found)) { found[pid] = 1; grew = 1 }
      }
      for (pid in found) if (pid in parent) print pid
    }'
}
alive() {
  for pid in $1; do [ ! -e "/proc/$pid" ] || grep -qs '^State:.Z' "/proc/$pid/status" || printf '%s ' "$pid"; done
}
pids=$(family "$1" | tr '\n' ' ')
# shellcheck disable=SC2086
[ -z "$pids" ] || $as_root kill -s TERM $pids 2>/dev/null
tries=0
while left=$(alive "$pids $(family "$1" | tr '\n' ' ')") && [ -n "$left" ] && [ $tries -lt 20 ]; do
  tries=$((tries + 1))
  sleep 0.1
done
[ -n "$left" ] || exit 0
# shellcheck disable=SC2086
$as_root kill -s KILL $left 2>/dev/null
sleep 0.1
[ -z "$(alive "$left $(family "$1" | tr '\n' ' ')")" ]
