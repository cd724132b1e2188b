import type { Capabilities, Capability } from '../../schemas/capabilities.ts'

/** What can be done with a machine, and on which targets. */
const operations = {
  stop: { meaning: 'A machine can be stopped.', targets: ['lab', 'aws'] },
  start: { meaning: 'A machine can be started.', targets: ['lab', 'aws'] },
  reboot: { meaning: 'A machine can be rebooted.', targets: ['lab', 'aws'] },
  crash: { meaning: 'A machine can lose its power.', targets: ['lab', 'aws'] },
  freeze: { meaning: 'All processes of a machine can be stopped where they stand.', targets: ['lab'] },
  thaw: { meaning: 'A frozen machine can go on.', targets: ['lab'] },
  isolate: { meaning: 'A machine can be cut off from all others.', targets: ['lab', 'aws'] },
  heal: { meaning: 'All that is broken of a machine can be healed.', targets: ['lab', 'aws', 'hosts'] },
  slow: { meaning: 'What a machine sends can be delayed, lost and held to a rate.', targets: ['lab', 'aws', 'hosts'] },
  fill: { meaning: 'The disk of a machine can be filled.', targets: ['lab', 'aws', 'hosts'] },
  skew: {
    meaning:
      'The clock of a machine can be set wrong. A machine of the lab has the clock of this computer: Linux has one for all containers.',
    targets: ['aws', 'hosts'],
  },
} as const satisfies Readonly<Record<string, Capability>>

/** A thing to do with a machine. */
export type Operation = keyof typeof operations

/** All of them, as the word for each. */
export const operationNames = Object.keys(operations) as readonly Operation[]

/** A machine is cut off from some others alone. Security groups say who is let in, not who is not. */
const partition: Capability = { meaning: 'A machine can be cut off from machines that are named.', targets: ['lab'] }

/** The capability for each operation, `machine.stop`, and `machine.partition`. */
export const machineCapabilities: Capabilities = Object.fromEntries([
  ...Object.entries(operations).map(([name, capability]): [string, Capability] => [`machine.${name}`, capability]),
  ['machine.partition', partition],
])
