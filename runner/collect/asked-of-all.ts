/** What every machine is asked when a scenario has failed: scripts of a POSIX shell that only look, by the name of the file that keeps the answer.
 *  `$1` is when the scenario began, in seconds since the epoch; `as_root` runs a command as root where that is allowed. */
export const askedOfAll: Readonly<Record<string, string>> = {
  journal: 'as_root journalctl --no-pager --output=short-iso-precise --since="@$1"',
  kernel: 'as_root journalctl --no-pager --dmesg --output=short-iso-precise --lines=400',
  units: 'systemctl --no-pager --all --type=service list-units; systemctl --no-pager --failed',
  processes: 'ps -eo pid,ppid,user,stat,etime,pcpu,rss,args --sort=-rss | cut -c 1-300 | head -n 200',
  sockets: 'as_root ss -tulpn; ss -tan | head -n 300',
  network: 'ip -brief address; ip rule; ip route show table all | head -n 200',
  firewall: 'as_root nft list ruleset',
  disk: 'df -h; df -i',
  memory: 'free -m; uptime',
  clock: 'date +%s.%N; timedatectl; chronyc -n tracking',
  containers: 'command -v docker >/dev/null || exit 0; as_root docker ps --all --no-trunc',
  'container-details':
    'command -v docker >/dev/null || exit 0; for id in $(as_root docker ps --all --quiet | head -n 50); do as_root docker inspect "$id"; done',
  'container-logs':
    'command -v docker >/dev/null || exit 0; for id in $(as_root docker ps --all --quiet | head -n 50); do echo "== $id"; as_root docker logs --timestamps --tail=200 "$id" 2>&1; done',
}

/** Stands before every script. */
export const asRoot = 'as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }\n'
