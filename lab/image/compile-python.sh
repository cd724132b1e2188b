#!/bin/sh
# compile-python.sh SYSTEM TREE MOUNTPOINT: byte-compiles the Python code of TREE with the interpreter of SYSTEM (overlay lowerdirs).
# Runs in a mount namespace of its own (unshare --mount), which takes the mounts away again.
# The result is never checked against the source's time, which a layer of a container image does not keep.
set -eu
if [ "${1#*:}" = "$1" ]; then
  mount --bind "$1" "$3"
else
  mount -t overlay overlay -o "lowerdir=$1" "$3"
fi
mount --bind "$2" "$3/mnt"
mount -t tmpfs tmpfs "$3/dev"
mkdir "$3/dev/shm"
set --  "$3" "$3"/mnt/usr/lib/python3*
root=$1
shift
for folder; do
  chroot "$root" /usr/bin/python3 -m compileall -q -j 2 -s /mnt -p / --invalidation-mode unchecked-hash "${folder#"$root"}"
done
