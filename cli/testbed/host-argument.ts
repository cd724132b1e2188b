import { groupNames, machineNames } from '../../schemas/roles/index.ts'

/** The argument of a command that acts on one host. */
export const hostArgument = {
  name: '<host>',
  description: `${[...machineNames, ...groupNames.map((name) => `${name}[0]`)].join(', ')}, or a private address`,
  completes: 'host',
} as const
