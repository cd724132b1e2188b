#!/bin/bash
# What Titus stands on: ZooKeeper and the Mesos master, as two containers on the machine's own network.
begin
: "${PREREQS_IP:?}"

# run_container NAME OPTION... IMAGE: a container that comes back after a crash and after a reboot.
run_container() {
  local name=$1
  shift
  docker start "$name" >/dev/null 2>&1 || wait_for 600 "container $name" create_container "$name" "$@"
}

create_container() {
  local name=$1
  shift
  docker rm --force "$name" >/dev/null 2>&1 || true
  docker run --detach --restart=always --network host --name "$name" "$@"
}

zookeeper_answers() {
  [[ $(exec 2>/dev/null 3<>/dev/tcp/127.0.0.1/2181 && printf ruok >&3 && timeout 5 cat <&3) == imok ]]
}

# load_images: the container images that were fetched, at the same time, under the names that they were saved with.
load_images() {
  local index load loads=()
  for index in "${!fetched[@]}"; do
    load_image "${sums[index]}  ${fetched[index]}" "${fetched[index]}" &
    loads+=($!)
  done
  # A load that fails has reported its command; that the wait for it fails as well is no news.
  for load in "${loads[@]}"; do wait "$load" || { trap - ERR EXIT && exit 1; }; done
}

# load_image LINE FILE: the line is kept, so that what is loaded is not loaded again.
load_image() {
  local loaded=/var/lib/titus-bed/loaded-images
  grep -qsxF "$1" "$loaded" && return
  docker load --quiet --input "$2"
  printf '%s\n' "$1" >>"$loaded"
}

# The images are fetched while the engine starts. What is not among them Docker pulls.
begin_docker
fetch_packages .tar.gz
await_docker
load_images
run_container zookeeper jplock/zookeeper:3.4.10
run_container mesomaster \
  --env MESOS_ZK=zk://127.0.0.1:2181/titus/mainvpc/mesos \
  --env MESOS_QUORUM=1 \
  --env "MESOS_IP=$PREREQS_IP" \
  --env "MESOS_HOSTNAME=$PREREQS_IP" \
  --env MESOS_PORT=5050 \
  --env MESOS_WORK_DIR=/tmp/master \
  mesosphere/mesos-master:1.0.1-2.0.93.ubuntu1404
wait_for 300 'answer from ZooKeeper' zookeeper_answers
wait_for 300 'answer from the Mesos master' answers "http://$PREREQS_IP:5050/health"
ready
