#!/bin/bash
# The functions that the first-boot scripts share; each script calls `begin` first and `ready` last. They run as root, once, but may
# be run again: every step looks first, or writes what is there already.
# Expects above itself: LOGIN_USER, and for roles that install packages REGION, AWS_DOMAIN, LOG_BUCKET and PACKAGES.
set -Eeuo pipefail
umask 022
export DEBIAN_FRONTEND=noninteractive LC_ALL=C

begin() {
  trap 'failed "$LINENO" "$BASH_COMMAND"' ERR
  trap 'failed "$LINENO" "the script ended early"' EXIT
  report '"state":"booting"'
  make_host_key
  show_host_key
}

# The machine's identity comes first: a key that was made here, once in the life of the instance, and of which the private part leaves nowhere. Keys of
# the image may be those of other machines.
make_host_key() {
  local key=/etc/ssh/ssh_host_ed25519_key mark=/var/lib/cloud/instance/titus-bed-host-key
  if [[ -e $mark && -e $key ]]; then return; fi
  rm -f /etc/ssh/titus-bed_key
  ssh-keygen -q -t ed25519 -N '' -C '' -f /etc/ssh/titus-bed_key
  find /etc/ssh -maxdepth 1 -name 'ssh_host_*' -delete
  mv /etc/ssh/titus-bed_key.pub "$key.pub"
  mv /etc/ssh/titus-bed_key "$key"
  touch "$mark"
  systemctl --no-block restart ssh
}

# Whoever may read this machine's console knows by this whom they connect to. It is cloud-init's own form, and starts on a line of its own.
show_host_key() {
  printf '\n-----BEGIN SSH HOST KEY KEYS-----\n%s\n-----END SSH HOST KEY KEYS-----\n' "$(</etc/ssh/ssh_host_ed25519_key.pub)" >/dev/console
}

# report JSON-MEMBERS: how the boot stands, for `titus-bed apply`; replaced in one go, so that a reader never sees half of it.
report() {
  install -d -m 755 /var/lib/titus-bed
  printf '{%s,"at":"%s"}\n' "$1" "$(date -u +%FT%TZ)" >/var/lib/titus-bed/boot.json.new
  mv /var/lib/titus-bed/boot.json.new /var/lib/titus-bed/boot.json
}

json_string() {
  local text=${1//\\/\\\\}
  text=${text//\"/\\\"}
  printf '"%s"' "${text//[[:cntrl:]]/ }"
}

# The first failure is the one that counts: what it breaks on its way out only follows from it.
failed() {
  trap - ERR EXIT
  report "\"state\":\"failed\",\"line\":$1,\"command\":$(json_string "$2")"
  echo "titus-bed: first boot failed in line $1: $2" >&2
  exit 1
}

# die REASON: give up, with a sentence instead of a command.
die() {
  failed "${BASH_LINENO[0]}" "$*"
}

# The end of a console is kept: what a long boot has printed may have pushed the key out of it.
ready() {
  show_host_key
  report '"state":"ready"'
  trap - ERR EXIT
}

# wait_for SECONDS WHAT COMMAND...: until the command succeeds.
wait_for() {
  local seconds=$1 what=$2 began=$SECONDS
  shift 2
  until "$@"; do
    ((SECONDS - began < seconds)) || die "no $what within $seconds seconds"
    sleep 0.2
  done
}

# need COMMAND [PACKAGE]: the command, installed from the distribution where the image does not have it.
need() {
  command -v "$1" >/dev/null || apt_install "${2:-$1}"
}

# run_apt WORD...: quiet once. Twice, it would not say which needs are not met.
run_apt() {
  apt-get -q -y -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confold "$@"
}

# know_packages: what the distribution has now, asked for once. It may take minutes until a new network reaches the distribution's servers.
know_packages() {
  [[ ${packages_known:-} ]] || wait_for 600 'answer from the servers of the distribution' run_apt update -o APT::Update::Error-Mode=any
  packages_known=yes
}

# has_package PACKAGE: whether the distribution has it.
has_package() {
  know_packages
  [[ $(apt-cache policy "$1") == *Candidate:\ [0-9]* ]]
}

# apt_install PACKAGE|FILE...: with all that they depend on, in one transaction. Only servers that do not answer are asked again; anything else
# ends the boot in apt's own words.
apt_install() {
  command -v apt-get >/dev/null || die "$* is not on this machine, and there is no apt-get to install it with"
  local began=$SECONDS said
  know_packages
  until said=$(run_apt install --no-install-recommends "$@" 2>&1); do
    printf '%s\n' "$said" >&2
    [[ $said =~ (Failed to fetch|Unable to fetch|Unable to connect|Temporary failure) ]] && ((SECONDS - began < 600)) ||
      die "apt-get cannot install $*: $(grep -E '^(E:|dpkg: error|dpkg-deb: error| .* Depends: )' <<<"$said" || tail -n 3 <<<"$said")"
    sleep 2
  done
  printf '%s\n' "$said"
}

# metadata PATH...: from the instance metadata service, with a session token; a line for each path, in their order.
metadata() {
  local base=http://169.254.169.254/latest token
  token=$(curl -sSf -m 5 --retry 5 --retry-connrefused -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 300' "$base/api/token")
  curl -sSf --fail-early -m 5 --retry 5 --retry-connrefused -w '\n' -H "X-aws-ec2-metadata-token: $token" "${@/#/$base/meta-data/}"
}

# fetch SHA256 KEY FILE: an object of the log bucket, with the role of this machine. The credentials go in by stdin, since
# arguments are for everyone to see. The endpoint may be another one for a test.
fetch() {
  local role credentials
  role=$(metadata iam/security-credentials/) || return
  credentials=$(metadata "iam/security-credentials/$role") || return
  jq -r '"user = \"\(.AccessKeyId):\(.SecretAccessKey)\"", "header = \"x-amz-security-token: \(.Token)\""' <<<"$credentials" |
    curl -sSf -m 300 --config - --aws-sigv4 "aws:amz:$REGION:s3" -H 'x-amz-content-sha256: UNSIGNED-PAYLOAD' \
      -o "$3" "${S3_ENDPOINT:-https://s3.$REGION.$AWS_DOMAIN}/$LOG_BUCKET/$2" || return
  sha256sum --quiet --check <<<"$1  $3"
}

# fetch_packages ENDING: what in PACKAGES ("SHA256 KEY" lines) ends so, into files whose paths are then in `fetched`, and their sums in `sums`.
fetch_packages() {
  local folder=/var/cache/titus-bed sha256 key
  fetched=() sums=()
  need jq
  need curl
  install -d -m 755 "$folder"
  while read -r sha256 key; do
    [[ $key == *"$1" ]] || continue
    fetched+=("$folder/${key##*/}") sums+=("$sha256")
    sha256sum --status --check <<<"$sha256  ${fetched[-1]}" 2>/dev/null || wait_for 600 "package $key" fetch "$sha256" "$key" "${fetched[-1]}"
  done <<<"$PACKAGES"
}

# install_packages: every Debian package in PACKAGES and, before that, what it runs on.
install_packages() {
  fetch_packages .deb
  ((${#fetched[@]})) || die 'there is no package to install'
  need_runtime "${fetched[@]}"
  # The lab's quick machines have no apt: all that packages depend on is there, or dpkg says what is not.
  if command -v apt-get >/dev/null; then apt_install "${fetched[@]}"; else dpkg_install "${fetched[@]}"; fi
  are_installed "${fetched[@]}"
}

dpkg_install() {
  local said
  said=$(dpkg --install --force-confold "$@" 2>&1) || { printf '%s\n' "$said" >&2 && die "dpkg cannot install $*: $(grep -A 3 '^dpkg: ' <<<"$said")"; }
  printf '%s\n' "$said"
}

# are_installed FILE...: whatever the installer said, dpkg's own word counts.
are_installed() {
  local file name state
  for file in "$@"; do
    name=$(dpkg-deb --field "$file" Package)
    state=$(dpkg-query --show --showformat='${db:Status-Abbrev}${Version}' "$name" 2>&1) || true
    [[ $state == "ii $(dpkg-deb --field "$file" Version)" ]] || die "$name is not installed: dpkg says $state"
  done
}

# need_runtime FILE...: what programs run on and their packages do not name. Netflix's servers are Java.
need_runtime() {
  local file java=openjdk-8-jre-headless
  command -v java >/dev/null && return
  for file in "$@"; do
    [[ $(dpkg-deb --contents "$file") == *.jar* ]] || continue
    has_package "$java" || java=default-jre-headless
    apt_install "$java"
    return
  done
}

# write_file PATH [MODE]: stdin into a file, with the folders it needs.
write_file() {
  install -d -m 755 "${1%/*}"
  cat >"$1.new"
  chmod "${2:-644}" "$1.new"
  mv "$1.new" "$1"
}

has_unit() {
  [[ -e /lib/systemd/system/$1 || -e /usr/lib/systemd/system/$1 ]]
}

# write_unit NAME DESCRIPTION COMMAND [LINE...]: a service for a package that brings none; each LINE goes to [Service].
write_unit() {
  local name=$1 description=$2 command=$3
  shift 3
  write_file "/etc/systemd/system/$name" <<UNIT
[Unit]
Description=$description
Wants=network-online.target
After=network-online.target docker.service
StartLimitIntervalSec=0

[Service]
ExecStart=$command
Restart=always
RestartSec=2
$(printf '%s\n' "$@")

[Install]
WantedBy=multi-user.target
UNIT
}

# start NAME...: now and at every boot, with the configuration as it is now. A service that lacks its peers yet tries again by itself.
start() {
  local name
  # To read all units again takes longer than the rest: it is done only for those that systemd does not know as they are.
  for name in "$@"; do
    is_known "$name" || systemctl daemon-reload
  done
  systemctl enable --quiet --no-reload "$@"
  systemctl --no-block restart "$@"
}

is_known() {
  local state
  state=$(systemctl show --property=LoadState --property=NeedDaemonReload "$1")
  [[ $state == *LoadState=loaded* && $state == *NeedDaemonReload=no* ]]
}

answers() {
  curl -sf -m 5 -o /dev/null "$1"
}

# begin_docker: the engine, for root and for the login user. It may take a while until it answers.
begin_docker() {
  need docker docker.io
  systemctl enable --quiet --no-reload docker
  systemctl --no-block start docker
  usermod -aG docker "${LOGIN_USER:?}"
}

await_docker() {
  wait_for 120 'answer from the container engine' docker_answers
}

docker_answers() {
  curl -sf -m 5 -o /dev/null --unix-socket /run/docker.sock http://localhost/_ping
}
