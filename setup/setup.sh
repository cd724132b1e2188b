#!/bin/sh
# Makes a fresh clone ready: installs what this computer lacks, touches nothing that is there, names what cannot be had.
# Debian packages come through apt, npm packages from package-lock.json, Terraform as a pinned release checked by sha256
# (only where neither terraform nor tofu is on PATH), moto into the project's own virtual environment (only where it is not on PATH).
# A line for each thing that is installed, with its seconds; what an installer says is shown when it fails.
# usage: setup.sh [packages | test]   packages: npm packages alone, what a build needs; test: also what only the tests need
set -eu
cd "$(dirname "$0")/.."
mode=${1:-}

say() { printf '%s\n' "$*" >&2; }
have() { command -v "$1" >/dev/null 2>&1; }
test_programs=""
[ "$mode" != test ] || test_programs="sshd:openssh-server java:openjdk-17-jre-headless jq:jq prove:perl zsh:zsh fish:fish"
# Ubuntu has no Chromium of its own; its machines in CI have Google's
[ "$mode" != test ] || have google-chrome || test_programs="$test_programs chromium:chromium"
notes=$(mktemp -d)
trap 'rm -rf "$notes"' EXIT
cannot() { printf '\n  - %s: %s' "$1" "$2" >>"$notes/missing"; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif have sudo; then sudo "$@"
  else say "root is needed to run: $*"; return 1
  fi
}

# quietly WHAT COMMAND...: a line with its seconds when it has ended, all that it said when it has failed
quietly() {
  what=$1 log="$notes/$1.log" began=$(date +%s)
  shift
  if "$@" >"$log" 2>&1; then say "setup: $what ($(($(date +%s) - began)) s)"; return 0; fi
  say "setup: $what failed after $(($(date +%s) - began)) s:"
  cat "$log" >&2
  return 1
}

# Pairs of program and package: a package is installed only where its program is absent.
debian_packages() {
  wanted=""
  for pair in systemd-nspawn:systemd-container nft:nftables ip:iproute2 unshare:util-linux setpriv:util-linux mkfs.ext4:e2fsprogs \
    ssh:openssh-client openssl:openssl curl:curl python3:python3 $test_programs; do
    program=${pair%%:*} package=${pair##*:}
    have "$program" || [ -x "/usr/sbin/$program" ] || wanted="$wanted $package"
  done
  [ -n "$wanted" ] || return 0
  if ! have apt-get; then cannot "$wanted" "this system has no apt-get: install them with its own package manager"; return 0; fi
  # shellcheck disable=SC2086
  quietly "Debian packages$wanted" apt_install $wanted ||
    cannot "$wanted" "apt-get could not install them: run sudo apt-get install$wanted and read what it says"
}

apt_install() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -q update &&
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends "$@"
}

# The tools of the tests are a workspace of their own, which a testbed does without.
node_packages() {
  have node || { cannot node "install Node.js 20 or newer"; return 0; }
  node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)' || { cannot node "Node.js 20 or newer is needed, this is $(node --version)"; return 0; }
  without=--workspaces=false
  [ "$mode" != test ] && [ ! -e node_modules/tap ] || without=''
  if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ] || { [ "$mode" = test ] && [ ! -e node_modules/tap ]; }; then
    # shellcheck disable=SC2086
    quietly "npm packages" npm ci $without --no-audit --no-fund --loglevel=error || { cannot "npm packages" "npm ci failed"; return 0; }
    touch node_modules/.package-lock.json
  fi
  sh setup/link-bin.sh
}

terraform_version=1.11.4
terraform_release() {
  have terraform || have tofu || [ -x .tools/bin/terraform ] && return 0
  case "$(uname -m)" in
    x86_64) arch=amd64 sum=1ce994251c00281d6845f0f268637ba50c0005657eb3cf096b92f753b42ef4dc ;;
    aarch64) arch=arm64 sum=a43d1d0da9b9bab214a8305a39db0e40869572594ccf50c416a7756499143633 ;;
    *) cannot terraform "no pinned release for $(uname -m): install terraform or tofu yourself"; return 0 ;;
  esac
  quietly "Terraform $terraform_version" fetch_terraform "$arch" "$sum" ||
    cannot terraform "the release could not be fetched or its sha256 is not $sum: install terraform or tofu yourself"
}

# fetch_terraform ARCH SHA256
fetch_terraform() {
  mkdir -p .tools/bin
  zip=.tools/terraform.zip
  if curl -fsSL --retry 3 -o "$zip" "https://releases.hashicorp.com/terraform/$terraform_version/terraform_${terraform_version}_linux_$1.zip" &&
    echo "$2  $zip" | sha256sum -c --quiet - && python3 -m zipfile -e "$zip" .tools/unpacked &&
    install -m 755 .tools/unpacked/terraform .tools/bin/terraform; then status=0; else status=1; fi
  rm -rf "$zip" .tools/unpacked
  return $status
}

moto_release() {
  have moto_server || [ -x .venv/bin/moto_server ] && return 0
  quietly "moto, in .venv" make_venv || cannot moto "pip could not install moto[server] 5.2.1: install it so that moto_server is on PATH"
}

make_venv() {
  python3 -m venv .venv >/dev/null 2>&1 || { have apt-get && apt_install python3-venv && python3 -m venv .venv; } || true
  .venv/bin/pip install --quiet --disable-pip-version-check 'moto[server]==5.2.1'
}

# What is unpacked here and what apt unpacks can come at the same time.
node_packages &
packages=$!
if [ "$mode" != packages ]; then
  debian_packages
  terraform_release
  moto_release
fi
wait $packages
if [ -e "$notes/missing" ]; then say "setup: these cannot be had here:$(cat "$notes/missing")"; exit 3; fi
