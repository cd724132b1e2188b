#!/bin/sh
# compile-python.sh BASE LAYER WORK MOUNTPOINT: byte-compiles the Python code of a layer, with the interpreter that is in it.
# Run in a mount namespace of its own (unshare --mount), which takes the mounts away again.
set -eu
mount -t overlay overlay -o "lowerdir=$1,upperdir=$2,workdir=$3" "$4"
mkdir -p "$4/dev/shm"
mount -t tmpfs tmpfs "$4/dev"
mkdir "$4/dev/shm"
chroot "$4" /usr/bin/python3 -m compileall -q -j 2 /usr/lib/python3 /usr/lib/python3.*
