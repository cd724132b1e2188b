/** What every machine has: a small Debian with systemd, sshd, dpkg and the tools that user data and scenarios call. */
export const basePackages: readonly string[] = [
  // the essential packages, which apt leaves out where it starts from nothing
  ...['base-files', 'base-passwd', 'bash', 'bsdutils', 'coreutils', 'dash', 'debianutils', 'diffutils', 'dpkg', 'findutils', 'grep'],
  ...['gzip', 'hostname', 'init-system-helpers', 'libc-bin', 'login', 'mawk', 'ncurses-base', 'ncurses-bin', 'passwd', 'perl-base'],
  ...['sed', 'sysvinit-utils', 'tar', 'util-linux', 'mount'],
  // usrmerge would drag in perl
  'usr-is-merged',
  ...['systemd', 'systemd-sysv', 'dbus', 'openssh-server', 'sudo', 'kmod', 'netbase', 'procps', 'less'],
  ...['curl', 'jq', 'ca-certificates', 'iproute2', 'iputils-ping', 'nftables', 'netcat-openbsd', 'socat'],
  // node, which is bound into the machines, needs it
  'libstdc++6',
]

/** What container hosts have on top of the base. */
export const containerHostPackages: readonly string[] = ['docker.io', 'containerd', 'runc', 'iptables']
