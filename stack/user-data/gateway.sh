#!/bin/bash
# The Titus gateway.
begin
: "${MASTER_IP:?}"
unit=titus-server-gateway.service
binary=/opt/titus-server-gateway/bin/titus-server-gateway
properties=/etc/titus/titusgateway.properties

install_packages
write_file "$properties" <<PROPERTIES
titus.gateway.masterIp=$MASTER_IP
titus.gateway.masterHttpPort=7001
PROPERTIES

has_unit "$unit" || write_unit "$unit" 'Titus Gateway' "$binary -p $properties"
start "$unit"
# An answer through the gateway is an answer of the master behind it.
wait_for 900 'answer from the gateway and the master behind it' answers http://127.0.0.1:7001/api/v3/agent/instanceGroups
ready
