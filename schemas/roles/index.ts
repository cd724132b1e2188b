import { agents } from './agents.ts'
import { bastion } from './bastion.ts'
import { gateway } from './gateway.ts'
import type { HostRole, MachineRole } from './host-role.ts'
import { master } from './master.ts'
import { prereqs } from './prereqs.ts'

// A new machine is one file and one line here, and `npm run schemas` and `npm run docs`: all else that knows the machines asks this table.
const machines = {
  bastion,
  prereqs,
  master,
  gateway,
}

const groups = {
  agents,
}

/** The name of a host that exists once: a key of `machines:` in cluster.yaml, and what `host:` of a step takes. */
export type MachineName = keyof typeof machines

/** The name of a group of hosts. */
export type GroupName = keyof typeof groups

/** The name of a role, of a single host or of a group. */
export type RoleName = MachineName | GroupName

/** The roles of the hosts that exist once, in the order of every list of them. A role whose values need an address that no machine has does
 *  not compile here. */
export const machineRoles: Readonly<Record<MachineName, MachineRole<MachineName>>> = machines

/** The roles of the hosts that come in groups. */
export const groupRoles: Readonly<Record<GroupName, HostRole<MachineName>>> = groups

/** Every role. */
export const hostRoles: Readonly<Record<RoleName, HostRole<MachineName>>> = { ...machines, ...groups }

/** The names of the hosts that exist once. */
export const machineNames = Object.keys(machines) as readonly MachineName[]

/** The names of the groups. */
export const groupNames = Object.keys(groups) as readonly GroupName[]

/** The names of all roles. */
export const roleNames: readonly RoleName[] = [...machineNames, ...groupNames]

/** The machine that every connection goes through. */
export const wayIn: MachineName = 'bastion'

/** The group that installs, besides its own packages, every one that no role names: what a user's packages need beside the main ones. */
export const takesOtherPackages: GroupName = 'agents'

/** Whether a host fetches something from the log bucket: such a host carries the machines' IAM role. */
export function fetchesPackages({ packages, loadsImages }: HostRole<MachineName>): boolean {
  return packages.length > 0 || loadsImages === true
}

/** The role that installs a package of that name. */
export function installerOf(packageName: string): RoleName {
  return roleNames.find((name) => hostRoles[name].packages.includes(packageName)) ?? takesOtherPackages
}
