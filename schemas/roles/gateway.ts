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
  evidence: {
    units: ['titus-server-gateway.service'],
    commands: {
      'titus-jobs': ['curl', '-sS', '--max-time', '5', 'http://localhost:7001/api/v3/jobs?pageSize=100'],
      'titus-tasks': ['curl', '-sS', '--max-time', '5', 'http://localhost:7001/api/v3/tasks?pageSize=100'],
      'titus-instance-groups': ['curl', '-sS', '--max-time', '5', 'http://localhost:7001/api/v3/agent/instanceGroups'],
    },
  },
  values: ({ addresses }) => ({ MASTER_IP: addresses.master }),
}
