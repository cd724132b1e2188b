# Makes every network card of this machine send as netem is told; without arguments as ever. What is no card (loopback, containers) is left alone.
# usage: slow-network.sh [ARGUMENT-OF-NETEM...]
set -eu
done=''
for device in /sys/class/net/*; do
  [ -e "$device/device" ] || continue
  name=${device##*/}
  if [ $# -gt 0 ]; then
    tc qdisc replace dev "$name" root netem "$@"
  else
    tc qdisc delete dev "$name" root 2>/dev/null || true
  fi
  done=yes
done
[ -n "$done" ] || [ $# = 0 ] || { echo 'this machine has no network card that could be slowed down' >&2 && exit 1; }
