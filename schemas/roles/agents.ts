import type { HostRole } from './host-role.ts'

/** The group of container hosts. */
export const agents: HostRole<'prereqs'> = {
  description: 'The machines that run containers: one Auto Scaling group.',
  instanceType: 'm4.large',
  subnet: 'private',
  securityGroup: 'main',
  runsContainers: true,
  packages: ['titus-agent'],
  evidence: { units: ['mesos-agent.service', 'titus-metadata-proxy.service', 'docker.service'] },
  values: ({ addresses, agentKind, agentGroup, agentResources, resourceSet }) => ({
    PREREQS_IP: addresses.prereqs,
    AGENT_KIND: agentKind,
    AGENT_GROUP: agentGroup,
    MESOS_RESOURCES: agentResources,
    RESOURCE_SET: resourceSet,
  }),
}
