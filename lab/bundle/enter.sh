#!/bin/sh
# Joins cgroups, then becomes the program: whatever that starts is in them from its first moment.
# usage: enter.sh CGROUP-FOLDER... -- PROGRAM ARGUMENT...
set -eu
while [ "$1" != -- ]; do
  echo 0 > "$1/cgroup.procs"
  shift
done
shift
exec "$@"
