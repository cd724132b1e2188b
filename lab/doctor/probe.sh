#!/bin/sh
# probe.sh KIND [FOLDER [COMMAND]]: tries one part of the kernel that the lab stands on. Runs in namespaces of its own, which take everything away again.
set -eu
case $1 in
  network)
    ip link add probe0 type veth peer name probe1
    nft -f - << 'RULES'
table inet probe {
  set members { type ifname . ipv4_addr; }
  map verdicts { type ipv4_addr : verdict; }
  chain forward {
    type filter hook forward priority 0; policy drop
    ct state established,related accept
    ip saddr vmap @verdicts
  }
}
RULES
    ;;
  overlay)
    mkdir "$2/lower" "$2/upper" "$2/work" "$2/merged"
    mount -t overlay overlay -o "lowerdir=$2/lower,upperdir=$2/upper,workdir=$2/work" "$2/merged"
    echo written > "$2/merged/file"
    ;;
  format)
    folder=$2
    shift 2
    truncate -s 64M "$folder/volume"
    "$@" "$folder/volume"
    ;;
  mount)
    folder=$2
    shift 2
    mkdir "$folder/mounted"
    "$@" "$folder/volume" "$folder/mounted"
    echo written > "$folder/mounted/file"
    ;;
esac
