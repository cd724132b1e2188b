import type { MachineRole } from './host-role.ts'

/** The machine that people and other machines come in by. */
export const bastion: MachineRole = {
  description: 'The way in: the only machine with a public address.',
  instanceType: 't3.nano',
  subnet: 'public',
  securityGroup: 'bastion',
  hostNumber: 10,
  runsContainers: false,
  packages: [],
  firstBoot: `# The bastion forwards connections and needs nothing but its host key.
begin
ready
`,
  values: () => ({}),
}
