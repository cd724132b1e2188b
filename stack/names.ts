import { accountName } from '../schemas/account-name.ts'
import type { Cluster } from '../schemas/cluster.ts'

/** The names in AWS that are unique in an account (the bucket: in the world), as they follow from cluster.yaml. */
export interface ResourceNames {
  readonly keyPair: string
  readonly agentGroup: string
  readonly logBucket: string
  /** Role key of cluster.yaml -> name of the role. */
  readonly roles: Readonly<Record<string, string>>
}

/** Names the account-wide resources. `account` fills `{account}` in the name of the bucket. */
export function resourceNames(cluster: Cluster, account: string): ResourceNames {
  const own = (name: string) => accountName(cluster.name, name)
  return {
    keyPair: own('titus_deployer'),
    agentGroup: own(cluster.agents.name),
    logBucket: own(cluster.logBucket.replaceAll('{account}', account)),
    roles: Object.fromEntries(Object.keys(cluster.roles).map((key) => [key, own(`${key}InstanceProfile`)])),
  }
}

/** The `Name` tag of a machine, by which it is found again; `agent` for every member of the group. */
export function machineTag(testbed: string, machine: string): string {
  return `${testbed}-${machine}`
}

/** The name of the agents' Auto Scaling group in the stack. */
export const agentGroupResource = 'titusagent'
