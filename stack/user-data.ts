import { readFileSync } from 'node:fs'
import type { Cluster } from '../schemas/cluster.ts'
import { machineImage } from '../schemas/images.ts'
import { partitionOf } from '../schemas/partitions.ts'
import { resourceSet } from '../schemas/cluster-rules/instance-types.ts'
import type { HostFacts } from '../schemas/roles/host-role.ts'
import { fetchesPackages, hostRoles, roleNames } from '../schemas/roles/index.ts'
import type { MachineName, RoleName } from '../schemas/roles/index.ts'
import { countOf } from '../system/count-of.ts'
import { shellQuote } from '../system/shell-quote.ts'
import { machineAddresses } from './addresses.ts'
import { agentResources } from './agent-resources.ts'
import type { StackInputs } from './inputs.ts'
import { resourceNames } from './names.ts'
import { packageKey } from './storage.ts'

/** What EC2 takes: 16 KiB before base64. */
export const userDataLimitBytes = 16_384

/** The first-boot script of each role: values as quoted assignments, then `prelude.sh`, then the role's own script. They hold no
 *  secret and no Terraform expression, and nothing in them is interpolated into code.
 *  @throws RangeError when a script is larger than EC2 takes */
export function buildUserData(cluster: Cluster, inputs: StackInputs): Readonly<Record<RoleName, string>> {
  const names = resourceNames(cluster, inputs.account)
  const facts: HostFacts<MachineName> = {
    account: inputs.account,
    addresses: machineAddresses(cluster.network),
    agentKind: cluster.titus.agent,
    agentGroup: names.agentGroup,
    agentResources: agentResources(cluster.agents),
    resourceSet: resourceSet(cluster.agents.instanceType),
  }
  const packagesOf = (name: RoleName) => ({
    REGION: cluster.region,
    AWS_DOMAIN: partitionOf(cluster.region).domain,
    LOG_BUCKET: names.logBucket,
    PACKAGES: inputs.packages
      .filter(({ installedBy }) => installedBy.includes(name))
      .map(({ file, sha256 }) => `${sha256} ${packageKey(file)}`)
      .join('\n'),
  })
  const image = machineImage(cluster.image)
  const script = (name: RoleName) => {
    const role = hostRoles[name]
    return assemble(name, image.called, role.firstBoot ?? load(name), {
      LOGIN_USER: image.user,
      ...(fetchesPackages(role) ? packagesOf(name) : {}),
      ...role.values(facts),
    })
  }
  return Object.fromEntries(roleNames.map((name) => [name, script(name)])) as Record<RoleName, string>
}

function assemble(name: string, image: string, firstBoot: string, values: Readonly<Record<string, string>>): string {
  const assignments = Object.entries(values).map(([variable, value]) => `${variable}=${shellQuote(value)}`)
  // Another image is a reason to make the machines anew, and what makes them anew is another script.
  const text = ['#!/bin/bash', `# Made for the image ${image}.`, ...assignments, load('prelude'), firstBoot].join('\n')
  const bytes = Buffer.byteLength(text)
  if (bytes > userDataLimitBytes)
    throw new RangeError(`the user data of ${name} is ${countOf(bytes, 'byte')}, more than the ${userDataLimitBytes} that EC2 takes`)
  return text
}

/** A script of `user-data/` without its own first line. */
function load(name: string): string {
  return readFileSync(new URL(`./user-data/${name}.sh`, import.meta.url), 'utf8').replace(/^#!.*\n/, '')
}
