import type { MachineRole } from './host-role.ts'

/** The machine of the Titus gateway. */
export const gateway: MachineRole<'master'> = {
  description: 'The Titus gateway: the API that users call.',
  instanceType: 't3.medium',
  subnet: 'private',
  securityGroup: 'main',
  hostNumber: 12,
  runsContainers: false,
  packages: ['titus-server-gateway'],
  values: ({ addresses }) => ({ MASTER_IP: addresses.master }),
}
