#!/bin/sh
# configure.sh TREE: runs the maintainer scripts of the packages that were unpacked into TREE, as an installer does. Nothing is started there.
# Runs in namespaces of its own (unshare --mount --pid --fork), which take the mounts away again.
set -eu
mount --bind "$1" "$1"
mount -t proc proc "$1/proc"
mount -t tmpfs tmpfs "$1/dev"
mkdir "$1/dev/shm"
for device in null:3 zero:5 full:7 random:8 urandom:9; do mknod -m 666 "$1/dev/${device%:*}" c 1 "${device#*:}"; done
ln -s /proc/self/fd "$1/dev/fd"
printf '#!/bin/sh\nexit 101\n' >"$1/usr/sbin/policy-rc.d"
chmod 755 "$1/usr/sbin/policy-rc.d"
env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C DEBIAN_FRONTEND=noninteractive DEBCONF_NONINTERACTIVE_SEEN=true \
  chroot "$1" dpkg --configure --pending --force-depends --force-confold --force-unsafe-io
rm "$1/usr/sbin/policy-rc.d"
