# A TCP connection out of a container's network namespace, joined to standard input and output. The container needs no program
# for it. Says "ready" when it is there and begins to connect, "no answer yet" each time that it has waited for so long, "open" when the
# connection stands, otherwise why it does not.
# $1: container, $2: host, $3: port, $4: seconds between two words, $5: how many times it waits
exec 2>&1
pid=$(docker inspect --format '{{.State.Pid}}' "$1") || exit 3
if [ "$pid" = 0 ]; then echo "the container is not running"; exit 3; fi
# A resolver that is silent says nothing of the port: what is connected to is an address.
found=$(getent ahosts "$2") || { echo "$2: Name or service not known"; exit 5; }
addresses=$(echo "$found" | while read -r address kind _; do if [ "$kind" = STREAM ]; then echo "$address"; fi; done)
as_root=
if [ "$(id -u)" != 0 ]; then as_root='sudo -n'; fi
exec $as_root nsenter --net="/proc/$pid/ns/net" -- bash -c '
  port=$1 seconds=$2 times=$3
  shift 3
  exec 4<&0
  echo ready
  {
    # Whoever has hung up reads no more, which ends the connecting as well.
    trap "" PIPE
    for ((said = 0; said < times; said++)); do
      sleep "$seconds" >&- && echo "no answer yet" || break
    done
    kill $$
  } <&- 2>&- 4<&- &
  guard=$!
  # The last address says why none is connected to.
  while [ $# -gt 1 ] && ! { exec 3<>"/dev/tcp/$1/$port"; } 2>/dev/null; do shift; done
  [ -e /dev/fd/3 ] || exec 3<>"/dev/tcp/$1/$port" || { kill $guard; exit 4; }
  kill $guard
  wait $guard 2>&-
  echo open
  cat <&3 &
  cat <&4 >&3 &
  # Whichever side ends first ends the other: a peer that never hangs up would keep this here.
  wait -n
  kill $(jobs -p) 2>/dev/null
' titus-bed "$3" "$4" "$5" $addresses
