#!/bin/bash
# The Titus master.
begin
: "${PREREQS_IP:?}" "${ACCOUNT:?}"
unit=titus-server-master.service
binary=/opt/titus-server-master/bin/titus-server-master
properties=/etc/titus/titusmaster.properties

install_packages
write_file "$properties" <<PROPERTIES
titus.master.apiport=7001
titus.master.grpcServer.port=7104
titus.zookeeper.connectString=$PREREQS_IP:2181
titus.zookeeper.root=/titus/main
mesos.master.location=zk://$PREREQS_IP:2181/titus/mainvpc/mesos
titus.agent.fullCacheRefreshIntervalMs=1000
mesos.titus.executor=/apps/titus-executor/bin/run
PROPERTIES

has_unit "$unit" || write_unit "$unit" 'Titus Master' "$binary -p $properties"
# Short role names in a job become ARNs of this account.
write_file "/etc/systemd/system/$unit.d/account.conf" <<CONF
[Service]
Environment=EC2_OWNER_ID=$ACCOUNT
CONF
# Netflix's master loads the library of Mesos, where its package is installed.
library=/usr/lib/libmesos.so
if [[ -e $library ]]; then
  write_file "/etc/systemd/system/$unit.d/mesos.conf" <<CONF
[Service]
Environment=MESOS_NATIVE_JAVA_LIBRARY=$library
CONF
fi
start "$unit"
# It answers 503 until it has found ZooKeeper and leads; prereqs may take longer than this machine.
wait_for 900 'leading Titus master' answers http://127.0.0.1:7001/health
ready
