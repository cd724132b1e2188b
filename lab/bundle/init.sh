#!/bin/sh
# Process 1 of a lab: makes the namespaces private ground for the region, runs it, reaps orphans, and dies with it, whereupon the
# kernel ends every process, mount, network namespace and link of the lab.
# usage: init.sh PROGRAM ARGUMENT...
set -eu
PATH=$PATH:/usr/sbin:/sbin
# The programs systemd-nspawn and ip-netns keep locks and mounts under /run: two labs, or a lab and its host, must not see each other's.
mount -t tmpfs -o mode=0755,nosuid,nodev tmpfs /run
mkdir -p /run/netns /run/systemd /run/titus-bed/volumes
# A mount of its own: a machine's mount namespace lets go of all volumes by this one.
mount -t tmpfs -o mode=0700,nosuid,nodev tmpfs /run/titus-bed/volumes
ip link set lo up
# The router answers for every address that it has a route to, and lets the packet filter judge where packets come from.
for setting in ipv4/ip_forward=1 ipv4/conf/all/rp_filter=0 ipv4/conf/default/rp_filter=0 ipv4/conf/default/proxy_arp=1 \
  ipv4/conf/all/send_redirects=0 ipv4/conf/default/send_redirects=0 ipv4/conf/all/accept_redirects=0 \
  ipv6/conf/all/disable_ipv6=1 ipv6/conf/default/disable_ipv6=1; do
  file=/proc/sys/net/${setting%%=*}
  [ ! -e "$file" ] || echo "${setting#*=}" > "$file"
done
"$@" &
code=0
wait $! || code=$?
echo "init: the region ended with code $code" >&2
exit "$code"
