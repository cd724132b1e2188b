import type { Testbed } from './testbed.ts'

/** Something that scenarios may need and not every testbed has. */
export interface Capability {
  /** What can be done, or is so, where it is there. */
  readonly meaning: string
  /** The targets whose testbeds have it by what they are. */
  readonly targets: readonly Testbed['target'][]
  /** A file of hosts may say that they have it: titus-bed cannot tell that of hosts which it did not raise. */
  readonly declarable?: true
}

/** Capabilities, by name. */
export type Capabilities = Readonly<Record<string, Capability>>

/** What follows from the target alone; kinds of steps add what they can do there. */
const ofTargets: Capabilities = {
  lab: { meaning: 'It stands in the lab on this computer.', targets: ['lab'] },
  aws: { meaning: 'Its machines are EC2 instances in an account of AWS.', targets: ['aws'], declarable: true },
  hosts: { meaning: 'Its machines were not raised by titus-bed.', targets: ['hosts'] },
  'iam.real': { meaning: "AWS's own IAM judges what its machines and containers may call.", targets: ['aws'], declarable: true },
}

/** The registry of step kinds, as far as capabilities are concerned. */
type Kinds = Readonly<Record<string, { readonly capabilities?: Capabilities }>>

/** The names that a file of hosts may declare. */
export const declarableCapabilities: readonly string[] = Object.keys(ofTargets).filter((name) => ofTargets[name]?.declarable === true)

/** Every capability that there is: those of targets, then those of the kinds of steps. */
export function allCapabilities(kinds: Kinds): Capabilities {
  return Object.assign({}, ofTargets, ...Object.values(kinds).map(({ capabilities }) => capabilities)) as Capabilities
}

/** The names of the capabilities that a testbed has: those that follow from its target, and those that it declares. */
export function capabilitiesOf({ target, capabilities = [] }: Pick<Testbed, 'target' | 'capabilities'>, kinds: Kinds): readonly string[] {
  return Object.entries(allCapabilities(kinds)).flatMap(([name, { targets }]) =>
    targets.includes(target) || capabilities.includes(name) ? [name] : [],
  )
}
