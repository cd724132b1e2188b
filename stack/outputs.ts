import { TerraformOutput } from './constructs.ts'
import type { TerraformStack } from './constructs.ts'

/** The outputs of the stack: what the seed deployment told its user, under the same names. */
export interface StackOutputs {
  /** The public address of the bastion. */
  readonly bastion_ip: string
  readonly gateway_ip: string
  readonly master_ip: string
  readonly prereqs_ip: string
  /** The role for jobs to name. */
  readonly default_role_arn: string
  /** The security group for jobs to name. */
  readonly default_sg_id: string
  readonly agent_asg_name: string
  readonly vpc_id: string
}

/** Eight outputs, all strings. */
export function addOutputs(stack: TerraformStack, outputs: StackOutputs): void {
  for (const [name, value] of Object.entries(outputs)) new TerraformOutput(stack, name, { value, staticId: true })
}
