#!/bin/bash
# A Titus agent: Mesos agent, executor and VPC driver on a container host.
begin
: "${PREREQS_IP:?}" "${AGENT_KIND:?}" "${AGENT_GROUP:?}" "${MESOS_RESOURCES:?}" "${RESOURCE_SET:?}"
unit=mesos-agent.service

# Scenarios ask AWS from here what the machine itself may do. Ubuntu 24.04 has the CLI as a snap only.
install_aws() {
  if command -v apt-get >/dev/null && has_package awscli; then
    apt_install awscli
  elif command -v snap >/dev/null; then
    wait_for 600 'AWS CLI' snap install aws-cli --classic
  else
    echo 'titus-bed: this system has no AWS CLI' >&2
  fi
}

need curl
facts=$(metadata local-ipv4 instance-id placement/availability-zone instance-type)
{ read -r ip && read -r id && read -r zone && read -r type; } <<<"$facts"

# The agent sees to its task interfaces itself. Whoever else sees to the machine's network leaves them, and the agent's routes and rules, alone.
primary=$(ip -json route get 169.254.169.254 | grep -o '"dev":"[^"]*"' | cut -d '"' -f 4)
write_file /etc/systemd/networkd.conf.d/titus-bed.conf <<CONF
[Network]
ManageForeignRoutes=no
ManageForeignRoutingPolicyRules=no
CONF
write_file /etc/systemd/network/05-titus-bed.network <<CONF
[Match]
Type=ether
Name=!$primary

[Link]
Unmanaged=yes
CONF
write_file /etc/cloud/cloud.cfg.d/95_titus-bed.cfg <<CONF
updates: { network: { when: [boot-new-instance] } }
CONF
if systemctl is-active --quiet systemd-networkd.service; then systemctl restart systemd-networkd.service; fi

# before_netflix_agent: what Netflix's executor of 2018 expects of the container engine, which is to be so when it first starts.
before_netflix_agent() {
  write_file /etc/docker/daemon.json <<JSON
{ "init-path": "/apps/titus-executor/bin/tini-static", "iptables": false, "storage-driver": "overlay2" }
JSON
}

# after_netflix_agent: what its packages leave to be done. The package of Mesos starts a master, an agent and a ZooKeeper of its own.
after_netflix_agent() {
  local name
  for name in mesos-slave mesos-master zookeeper; do
    if has_unit "$name.service"; then systemctl disable --quiet --now "$name.service"; fi
  done
  touch /metatron
  install -d -m 755 /var/lib/titus-container-logs
  [[ -e /etc/titus-executor/config.json ]] || write_file /etc/titus-executor/config.json <<<'{}'
  attributes+=';ports:7150-7200'
  if has_unit titus-setup-networking.service; then start titus-setup-networking.service; fi
}

if [[ $AGENT_KIND == netflix ]]; then before_netflix_agent; fi
begin_docker
await_docker
command -v aws >/dev/null || install_aws
install_packages

attributes="region:$REGION;zone:$zone;id:$id;asg:$AGENT_GROUP;stack:mainvpc;itype:$type;res:$RESOURCE_SET"
if [[ $AGENT_KIND == netflix ]]; then after_netflix_agent; fi
write_file /etc/titus/mesos-agent.env <<ENVIRONMENT
MESOS_MASTER='zk://$PREREQS_IP:2181/titus/mainvpc/mesos'
MESOS_IP='$ip'
MESOS_PORT='5051'
MESOS_WORK_DIR='/var/lib/mesos'
MESOS_RECOVER='reconnect'
MESOS_STRICT='false'
MESOS_RESOURCES='$MESOS_RESOURCES'
MESOS_ATTRIBUTES='$attributes'
ENVIRONMENT
# Read by the executor's wrapper, /apps/titus-executor/bin/run, which does not start without these.
write_file /etc/profile.d/titus_environment.sh <<ENVIRONMENT
export METATRON_ENABLED=false
export TITUS_LOG_BUCKET='$LOG_BUCKET'
export TITUS_REGISTRY=docker.io
export NETFLIX_ACCOUNT=no-one
export EC2_LOCAL_IPV4='$ip'
ENVIRONMENT

has_unit "$unit" || write_unit "$unit" Mesos /usr/sbin/mesos-agent 'EnvironmentFile=/etc/titus/mesos-agent.env' \
  KillMode=process 'ExecStopPost=/bin/rm -f /var/lib/mesos/meta/slaves/latest'
if has_unit titus-metadata-proxy.service; then start titus-metadata-proxy.service "$unit"; else start "$unit"; fi

# registered: the Mesos master lists an agent that goes by this machine's address or id.
registered() {
  curl -sf -m 5 "http://$PREREQS_IP:5050/slaves" |
    jq -e --arg ip "$ip" --arg id "$id" '.slaves | any(.. | strings; . == $ip or . == $id or endswith("@\($ip):5051"))' >/dev/null
}
wait_for 900 'registration with the Mesos master' registered
ready
