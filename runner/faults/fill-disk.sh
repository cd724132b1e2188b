# Fills the file system of a folder with one file, by allocating room and writing nothing, and prints the bytes that it took; without arguments
# it takes away what it has put anywhere.
# usage: fill-disk.sh [FOLDER HUNDREDTHS-OF-A-PERCENT]
set -eu
notes=${TITUS_BED_NOTES:-/var/tmp/titus-bed-filled}
if [ $# = 0 ]; then
  [ -e "$notes" ] || exit 0
  while read -r file; do rm -f -- "$file"; done <"$notes"
  rm "$notes"
  exit 0
fi
folder=$1 wanted=$2
file=$folder/.titus-bed-fill
rm -f -- "$file"
# The note comes first: what is full can always be freed.
echo "$file" >>"$notes"
# sizes: bytes in use and bytes that are left for everybody, as df counts them
sizes() { df --output=used,avail --block-size=1 -- "$folder" | tail -n 1; }
# shellcheck disable=SC2046
set -- $(sizes)
bytes=$((($1 + $2) / 10000 * wanted - $1))
[ "$bytes" -gt 0 ] || bytes=0
if [ "$bytes" -gt 0 ] && ! said=$(fallocate -l "$bytes" -- "$file" 2>&1); then
  # The last of the room may be what the file system keeps for itself: but for a hundredth it is full as wanted, or it is not.
  set -- $(sizes)
  if [ $(($1 * 10000 / ($1 + $2))) -lt $((wanted - 100)) ]; then
    rm -f -- "$file"
    echo "$said" >&2
    exit 1
  fi
  bytes=$(stat -c %s -- "$file")
fi
echo "$bytes"
