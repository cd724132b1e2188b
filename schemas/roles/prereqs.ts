import type { MachineRole } from './host-role.ts'

/** The machine of ZooKeeper and Mesos. */
export const prereqs: MachineRole<'prereqs'> = {
  description: 'ZooKeeper and the Mesos master, in two containers.',
  instanceType: 't3.large',
  subnet: 'private',
  securityGroup: 'main',
  hostNumber: 10,
  runsContainers: true,
  packages: [],
  loadsImages: true,
  values: ({ addresses }) => ({ PREREQS_IP: addresses.prereqs }),
}
