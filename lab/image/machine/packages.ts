/** The essential packages, which apt leaves out where it starts from nothing; with usr-is-merged, since usrmerge would drag in all of perl. */
const essential = `
  base-files base-passwd bash bsdutils coreutils dash debianutils diffutils dpkg findutils grep gzip hostname init-system-helpers libc-bin
  login mawk mount ncurses-base ncurses-bin passwd perl-base sed sysvinit-utils tar usr-is-merged util-linux`

/** The system, and what user data and scenarios call. libstdc++ is there for node, which is bound into the machines. */
const tools = `
  ca-certificates curl dbus iproute2 iputils-ping jq kmod less libstdc++6 netbase netcat-openbsd nftables openssh-server procps socat sudo
  systemd systemd-sysv`

/** The essential packages, as a list. */
export const essentialPackages: readonly string[] = essential.trim().split(/\s+/)

/** What every machine has: a small Debian with systemd, sshd and dpkg. */
export const basePackages: readonly string[] = `${essential} ${tools}`.trim().split(/\s+/)

/** What container hosts have on top of the base. */
export const containerHostPackages: readonly string[] = ['docker.io', 'containerd', 'runc', 'iptables']
