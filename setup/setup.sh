#!/bin/sh
# Makes a fresh clone ready: installs what this computer lacks, touches nothing that is there, names what cannot be had.
# Debian packages come through apt, npm packages from package-lock.json, Terraform as a pinned release checked by sha256
# (only where neither terraform nor tofu is on PATH), moto into the project's own virtual environment (only where it is not on PATH).
# usage: setup.sh [test]   test: also what only the tests need
set -eu
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*" >&2; }
have() { command -v "$1" >/dev/null 2>&1; }
test_programs=""
[ "${1:-}" != test ] || test_programs="sshd:openssh-server java:openjdk-17-jre-headless jq:jq"
missing=""
cannot() { missing="$missing
  - $1: $2"; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif have sudo; then sudo "$@"
  else say "root is needed to run: $*"; return 1
  fi
}

# program:package pairs; a package is installed only when its program is absent
debian_packages() {
  wanted=""
  for pair in systemd-nspawn:systemd-container nft:nftables ip:iproute2 unshare:util-linux setpriv:util-linux \
    ssh:openssh-client openssl:openssl curl:curl python3:python3 $test_programs; do
    program=${pair%%:*} package=${pair##*:}
    have "$program" || [ -x "/usr/sbin/$program" ] || wanted="$wanted $package"
  done
  [ -n "$wanted" ] || return 0
  if ! have apt-get; then cannot "$wanted" "this system has no apt-get: install them with its own package manager"; return 0; fi
  say "setup: installing$wanted"
  # shellcheck disable=SC2086
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq update >&2 &&
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $wanted >&2 ||
    cannot "$wanted" "apt-get could not install them: run sudo apt-get install$wanted and read what it says"
}

node_packages() {
  have node || { cannot node "install Node.js 20 or newer"; return 0; }
  node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)' || { cannot node "Node.js 20 or newer is needed, this is $(node --version)"; return 0; }
  if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
    say "setup: installing npm packages"
    npm ci --no-audit --no-fund --loglevel=error >&2 || { cannot "npm packages" "npm ci failed"; return 0; }
    touch node_modules/.package-lock.json
  fi
}

terraform_version=1.11.4
terraform_release() {
  have terraform || have tofu || [ -x .tools/bin/terraform ] && return 0
  case "$(uname -m)" in
    x86_64) arch=amd64 sum=1ce994251c00281d6845f0f268637ba50c0005657eb3cf096b92f753b42ef4dc ;;
    aarch64) arch=arm64 sum=a43d1d0da9b9bab214a8305a39db0e40869572594ccf50c416a7756499143633 ;;
    *) cannot terraform "no pinned release for $(uname -m): install terraform or tofu yourself"; return 0 ;;
  esac
  say "setup: fetching Terraform $terraform_version"
  mkdir -p .tools/bin
  zip=.tools/terraform.zip
  if curl -fsSL --retry 3 -o "$zip" "https://releases.hashicorp.com/terraform/$terraform_version/terraform_${terraform_version}_linux_$arch.zip" &&
    echo "$sum  $zip" | sha256sum -c --quiet - >&2 && python3 -m zipfile -e "$zip" .tools/unpacked; then
    install -m 755 .tools/unpacked/terraform .tools/bin/terraform
  else
    cannot terraform "the release could not be fetched or its sha256 is not $sum: install terraform or tofu yourself"
  fi
  rm -rf "$zip" .tools/unpacked
}

moto_release() {
  have moto_server || [ -x .venv/bin/moto_server ] && return 0
  say "setup: installing moto into .venv"
  python3 -m venv .venv >/dev/null 2>&1 || {
    have apt-get && as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends python3-venv >&2 &&
      python3 -m venv .venv >&2
  } || true
  .venv/bin/pip install --quiet --disable-pip-version-check 'moto[server]==5.2.1' >&2 ||
    cannot moto "pip could not install moto[server] 5.2.1: install it so that moto_server is on PATH"
}

debian_packages
node_packages
terraform_release
moto_release
if [ -n "$missing" ]; then say "setup: these cannot be had here:$missing"; exit 3; fi
