/** Ways out of a machine that its root may try: each a script that ends with 0 when the way is open. `$P` is a procfs that was just mounted, where that is possible. */
const ways: Readonly<Record<string, string>> = {
  'a block device': 'mknod $T/b b 7 0 && head -c 1 $T/b',
  'the memory device': 'mknod $T/c c 1 1 && head -c 1 $T/c',
  'the core pattern, /proc/sys made writable':
    'mount -o remount,bind,rw /proc/sys; cat /proc/sys/kernel/core_pattern > $T/o && cat $T/o > /proc/sys/kernel/core_pattern',
  'the core pattern, a fresh procfs': 'cat $P/sys/kernel/core_pattern > $T/o && cat $T/o > $P/sys/kernel/core_pattern',
  'the core pattern, a user namespace in the machine':
    'unshare --user --map-root-user --mount sh -c "cat $P/sys/kernel/core_pattern > $P/sys/kernel/core_pattern"',
  'the memory of this computer': 'cat $P/sys/vm/swappiness > $T/o && cat $T/o > $P/sys/vm/swappiness',
  'the kernel commands of a keyboard': 'echo h > $P/sysrq-trigger',
  'the kernel as a file': 'head -c 1 $P/kcore',
  'the log of the kernel': 'head -c 1 $P/kmsg || dmesg | grep .',
  'the helper for devices, a fresh sysfs':
    'mkdir $T/s; mount -t sysfs sysfs $T/s && echo x > $T/s/kernel/uevent_helper || echo x > /sys/kernel/uevent_helper',
  'the debug file system': 'mkdir $T/d; mount -t debugfs debugfs $T/d',
  'the devices of this computer': 'mkdir $T/v; mount -t devtmpfs devtmpfs $T/v',
  'the release agent of a cgroup': 'mkdir $T/g; mount -t cgroup -o memory memory $T/g && echo x > $T/g/release_agent',
  'the limit of memory': 'L=$(limit memory.limit_in_bytes memory.max) && mount -o remount,bind,rw "${L%/*}"; echo 9999999999999 > "$L"',
  'the limit of processes': 'L=$(limit pids.max) && mount -o remount,bind,rw "${L%/*}"; echo max > "$L"',
  'the limit of open files': 'ulimit -n 999999999',
  'the clock': 'date -s "$(date)"',
  'a process of the lab': 'cat $P/[0-9]*/cmdline | tr "\\0" " " | grep -e "[i]nit.sh" -e "lab/[r]egion" -e "[m]oto_server"',
  'the folders of the lab':
    'nsenter --target 1 --mount stat /run/titus-bed/node || ls -d "$(sed -n "s/.*upperdir=\\([^,]*\\).*/\\1/p" $P/1/mountinfo | head -n 1)"',
  'the network of the lab': 'ls /sys/class/net | grep ^lab || ip netns list | grep ^i-',
}

/** Finds the file of a limit of the machine's or the container's own cgroup. */
const limit = 'limit() { for name; do find /sys/fs/cgroup -maxdepth 2 -name "$name" | grep -m 1 . && return; done; return 1; }'

/** The one way that must be open: a script that finds nothing open at all proves nothing. */
const control = 'echo mine > $T/file && grep mine $T/file'

/** A script for sh(1) that tries all, and prints a line for each: `open NAME` or `refused NAME: WHY`. */
export function escapeScript(): string {
  const attempts = Object.entries({ control, ...ways }).map(
    ([name, script]) =>
      `if said=$( (${script}) 2>&1 ); then echo "open ${name}"; else echo "refused ${name}: $(echo "$said" | tail -n 1)"; fi`,
  )
  return ['T=$(mktemp -d); P=$T/p; mkdir $P', limit, 'mount -t proc proc $P 2>&1 || { rmdir $P; P=/proc; }', ...attempts].join('\n')
}

/** How many ways a run of the script has to find closed. */
export const wayCount = Object.keys(ways).length
