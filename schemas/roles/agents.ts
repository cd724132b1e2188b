import type { HostRole } from './host-role.ts'

/** What the tasks of an agent have said last. They may have put anything in the place of their log files: what is no file is not read. */
const endOfTaskLogs = `for log in /var/lib/titus-container-logs/*/logs/std*; do
  [ -f "$log" ] && [ ! -h "$log" ] || continue
  size=$(stat --format %s "$log")
  echo "== $log"
  dd if="$log" iflag=nofollow,nonblock,skip_bytes skip=$((size > 100000 ? size - 100000 : 0)) status=none
done`

/** The group of container hosts. */
export const agents: HostRole<'prereqs'> = {
  description: 'The machines that run containers: one Auto Scaling group.',
  instanceType: 'm4.large',
  subnet: 'private',
  securityGroup: 'main',
  runsContainers: true,
  packages: ['titus-agent'],
  evidence: {
    units: ['mesos-agent.service', 'titus-metadata-proxy.service', 'docker.service'],
    commands: { 'task-logs': ['sh', '-c', endOfTaskLogs] },
  },
  values: ({ addresses, agentKind, agentGroup, agentResources, resourceSet }) => ({
    PREREQS_IP: addresses.prereqs,
    AGENT_KIND: agentKind,
    AGENT_GROUP: agentGroup,
    MESOS_RESOURCES: agentResources,
    RESOURCE_SET: resourceSet,
  }),
}
