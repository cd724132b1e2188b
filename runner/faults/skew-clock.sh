# Sets the clock of this machine wrong, with nothing left that sets it right; without arguments right again.
# usage: skew-clock.sh [MILLISECONDS]
set -eu
notes=${TITUS_BED_NOTES:-/run/titus-bed-clock}
move() { date -s "@$(awk -v now="$(date +%s%3N)" -v by="$1" 'BEGIN { printf "%.3f", (now + by) / 1000 }')" >/dev/null; }
if [ -e "$notes/milliseconds" ]; then
  move "$((-$(cat "$notes/milliseconds")))"
  while read -r unit; do systemctl start "$unit"; done <"$notes/units"
  rm -r "$notes"
fi
[ $# -gt 0 ] || exit 0
mkdir "$notes"
for unit in chrony chronyd ntp ntpd ntpsec systemd-timesyncd; do
  if systemctl --quiet is-active "$unit"; then
    systemctl stop "$unit"
    echo "$unit"
  fi
done >"$notes/units"
move "$1"
echo "$1" >"$notes/milliseconds"
