import { machineNames, machineRoles } from '../schemas/roles/index.ts'
import type { MachineName } from '../schemas/roles/index.ts'
import { TerraformOutput } from './constructs.ts'
import type { TerraformStack } from './constructs.ts'
import type { Machines } from './machines.ts'

/** The address of each machine as the stack tells it: `bastion_ip`, `gateway_ip`, … */
type MachineOutputs = Readonly<Record<`${MachineName}_ip`, string>>

/** The outputs of the stack: what the seed deployment told its user, under the same names. */
export interface StackOutputs extends MachineOutputs {
  /** The role for jobs to name. */
  readonly default_role_arn: string
  /** The security group for jobs to name. */
  readonly default_sg_id: string
  readonly agent_asg_name: string
  readonly vpc_id: string
}

/** The outputs of the machines, by name: the public address of one that has one, else the private one. */
export function machineOutputs(machines: Machines): MachineOutputs {
  const addressOf = (name: MachineName) => (machineRoles[name].subnet === 'public' ? machines[name].publicIp : machines[name].privateIp)
  return Object.fromEntries(machineNames.toSorted().map((name) => [`${name}_ip`, addressOf(name)])) as MachineOutputs
}

/** An output for each, all strings. */
export function addOutputs(stack: TerraformStack, outputs: StackOutputs): void {
  for (const [name, value] of Object.entries(outputs)) new TerraformOutput(stack, name, { value, staticId: true })
}
