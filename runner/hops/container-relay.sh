# A TCP connection out of a container's network namespace, joined to standard input and output. The container needs no program
# for it. Says "ready" when it is there and begins to connect, "open" when the connection stands, otherwise why it does not.
# $1: container, $2: host, $3: port, $4: seconds that connecting may take
exec 2>&1
pid=$(docker inspect --format '{{.State.Pid}}' "$1") || exit 3
if [ "$pid" = 0 ]; then echo "the container is not running"; exit 3; fi
as_root=
if [ "$(id -u)" != 0 ]; then as_root='sudo -n'; fi
exec $as_root nsenter --net="/proc/$pid/ns/net" -- bash -c '
  exec 4<&0
  echo ready
  { sleep "$3"; kill $$; } <&- >&- 2>&- 4<&- &
  guard=$!
  exec 3<>"/dev/tcp/$1/$2" || { kill $guard; exit 4; }
  kill $guard
  wait $guard 2>&-
  echo open
  cat <&3 &
  cat <&4 >&3 &
  # Whichever side ends first ends the other: a peer that never hangs up would keep this here.
  wait -n
  kill $(jobs -p) 2>/dev/null
' titus-bed "$2" "$3" "$4"
