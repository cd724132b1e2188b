#!/bin/bash
# A Titus agent: Mesos agent, executor and VPC driver on a container host.
begin
: "${PREREQS_IP:?}" "${AGENT_GROUP:?}" "${MESOS_RESOURCES:?}" "${RESOURCE_SET:?}"
unit=mesos-agent.service

# Scenarios ask AWS from here what the machine itself may do. Ubuntu 24.04 has the CLI as a snap only.
install_aws() {
  apt_install awscli || snap install aws-cli --classic
}

need curl
facts=$(metadata local-ipv4 instance-id placement/availability-zone instance-type)
{ read -r ip && read -r id && read -r zone && read -r type; } <<<"$facts"

start_docker
command -v aws >/dev/null || wait_for 600 'AWS CLI' install_aws
install_packages
need_runtime /opt/titus-agent

attributes="region:$REGION;zone:$zone;id:$id;asg:$AGENT_GROUP;stack:mainvpc;itype:$type;res:$RESOURCE_SET"
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

has_unit "$unit" || write_unit "$unit" Mesos /usr/sbin/mesos-agent 'EnvironmentFile=/etc/titus/mesos-agent.env' KillMode=process
if has_unit titus-metadata-proxy.service; then start titus-metadata-proxy.service "$unit"; else start "$unit"; fi

# registered: the Mesos master lists an agent that goes by this machine's address or id.
registered() {
  curl -sf -m 5 "http://$PREREQS_IP:5050/slaves" |
    jq -e --arg ip "$ip" --arg id "$id" '.slaves | any(.. | strings; . == $ip or . == $id or endswith("@\($ip):5051"))' >/dev/null
}
wait_for 900 'registration with the Mesos master' registered
ready
