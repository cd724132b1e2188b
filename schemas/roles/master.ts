import type { MachineRole } from './host-role.ts'

/** The machine of the Titus master. */
export const master: MachineRole<'prereqs'> = {
  description: 'The Titus master.',
  instanceType: 't3.medium',
  subnet: 'private',
  securityGroup: 'main',
  hostNumber: 11,
  runsContainers: false,
  packages: ['titus-server-master'],
  evidence: { units: ['titus-server-master.service'] },
  values: ({ addresses, account }) => ({ PREREQS_IP: addresses.prereqs, ACCOUNT: account }),
}
