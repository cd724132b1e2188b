import type { Cluster, Permission, Role } from '../schemas/cluster.ts'
import { inputError } from '../schemas/failure.ts'
import type { JsonObject } from '../schemas/json.ts'
import { partitionOf } from '../schemas/partitions.ts'
import type { Partition } from '../schemas/partitions.ts'
import { IamInstanceProfile, IamRole, IamRolePolicy } from './constructs.ts'
import type { TerraformStack } from './constructs.ts'
import type { ResourceNames } from './names.ts'

/** What machines and containers may do. */
export interface Iam {
  /** The name of the machines' instance profile. */
  readonly profile: string
  /** The role that a job takes when it has no wish of its own: the first that the machines may assume. */
  readonly defaultRoleArn: string
  /** The policies; a machine that starts before them finds its first calls denied. */
  readonly policies: readonly IamRolePolicy[]
}

/** The key of the role that machines carry: the first one in the file with `service: ec2`.
 *  @throws InputError `no-machine-role` when there is none */
function machineRole(roles: Cluster['roles']): string {
  const found = Object.keys(roles).find((key) => roles[key]?.service === 'ec2')
  if (found !== undefined) return found
  const message = 'no role in `roles` has `service: ec2`, so the machines could not fetch their packages'
  throw inputError({
    code: 'no-machine-role',
    message,
    expected: 'one role with `service: ec2`',
    hint: 'add `titusmaster: { service: ec2, allow: [...] }`',
  })
}

/** A role and a policy for each role of the file, and the instance profile of the machines' own. */
export function addIam(stack: TerraformStack, cluster: Cluster, names: ResourceNames): Iam {
  const machines = machineRole(cluster.roles)
  const partition = partitionOf(cluster.region)
  const made = new Map<string, IamRole>()
  for (const key of inOrderOfTrust(cluster.roles)) {
    const role = cluster.roles[key] as Role
    // The other role's ARN by reference: IAM refuses a principal that does not exist yet.
    const assumedBy = role.assumedBy === undefined ? undefined : made.get(role.assumedBy)?.arn
    const name = names.roles[key] as string
    made.set(key, new IamRole(stack, `${key}InstanceProfile`, { name, assumeRolePolicy: document(trust(role, assumedBy, partition)) }))
  }

  const policies = [...made].flatMap(([key, made_]) => {
    const role = cluster.roles[key] as Role
    const assumable = [...made].filter(([other]) => cluster.roles[other]?.assumedBy === key).map(([, other]) => other.arn)
    const own = permissionsOf(role)
    const isAdmin = own.some(({ actions, resources }) => actions.includes('*') && resources.includes('*'))
    const needs = isAdmin ? [] : [...assume(assumable), ...(key === machines ? ofMachines(names.logBucket, partition) : [])]
    const statements = [...own.map(allowing), ...needs]
    // IAM refuses a policy without a statement, and a statement without an action.
    if (statements.length === 0) return []
    const policy = document(statements)
    return [new IamRolePolicy(stack, `${key}InstanceProfile_policy`, { name: names.roles[key] as string, role: made_.name, policy })]
  })

  const own = made.get(machines) as IamRole
  const profile = new IamInstanceProfile(stack, `${machines}InstanceProfile_profile`, {
    name: names.roles[machines] as string,
    role: own.name,
  })
  const defaultRole = Object.keys(cluster.roles).find((key) => cluster.roles[key]?.assumedBy === machines) ?? machines
  return { profile: profile.name, defaultRoleArn: (made.get(defaultRole) as IamRole).arn, policies }
}

/** What a role may do: all that it may on everything, then what it may on some resources. */
function permissionsOf({ allow }: Role): readonly Permission[] {
  const everywhere = allow.filter((entry) => typeof entry === 'string')
  const somewhere = allow.filter((entry) => typeof entry !== 'string')
  return everywhere.length > 0 ? [{ actions: everywhere, resources: ['*'] }, ...somewhere] : somewhere
}

function allowing({ actions, resources }: Permission): JsonObject {
  const [first] = resources
  return { Effect: 'Allow', Action: actions, Resource: resources.length === 1 && first === '*' ? '*' : resources }
}

/** The statements of a trust policy. */
function trust(role: Role, assumedBy: string | undefined, { domain }: Partition): readonly JsonObject[] {
  const principals = [
    ...(role.service === undefined ? [] : [{ Service: `${role.service}.${domain}` }]),
    ...(assumedBy === undefined ? [] : [{ AWS: assumedBy }]),
  ]
  return principals.map((Principal) => ({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }))
}

/** A role that is not admin must still be able to take the roles that name it, and to fetch what its machines install. */
function assume(arns: readonly string[]): readonly JsonObject[] {
  return arns.length === 0 ? [] : [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: arns }]
}

/** Machines fetch what they install, and agents put the logs of tasks where Titus' executor puts them: it sends an access list with them. */
function ofMachines(bucket: string, { name }: Partition): readonly JsonObject[] {
  const objects = `arn:${name}:s3:::${bucket}`
  return [
    { Effect: 'Allow', Action: 's3:GetObject', Resource: `${objects}/packages/*` },
    { Effect: 'Allow', Action: ['s3:PutObject', 's3:PutObjectAcl'], Resource: `${objects}/titan/*` },
  ]
}

function document(statements: readonly JsonObject[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements })
}

/** The keys of the file in its own order, but every role after the one that it is assumed by.
 *  @throws InputError `role-reference` for a role that nobody defines, or that waits for itself */
function inOrderOfTrust(roles: Cluster['roles']): readonly string[] {
  const order: string[] = []
  const visit = (key: string, waiting: readonly string[]): void => {
    if (order.includes(key)) return
    const role = roles[key]
    if (role === undefined || waiting.includes(key)) {
      const message =
        role === undefined ? `role \`${key}\` is not defined` : `roles assume each other in a circle: ${[...waiting, key].join(' -> ')}`
      throw inputError({ code: 'role-reference', message })
    }
    if (role.assumedBy !== undefined) visit(role.assumedBy, [...waiting, key])
    order.push(key)
  }
  for (const key of Object.keys(roles)) visit(key, [])
  return order
}
