import { readFileSync } from 'node:fs'
import type { Cluster, MachineRole } from '../schemas/cluster.ts'
import { resourceSet } from '../schemas/cluster-rules/instance-types.ts'
import { machineAddresses } from './addresses.ts'
import { agentResources } from './agent-resources.ts'
import type { StackInputs, StackPackage } from './inputs.ts'
import { resourceNames } from './names.ts'
import { packageKey } from './storage.ts'

/** What EC2 takes: 16 KiB before base64. */
export const userDataLimitBytes = 16_384

/** The first-boot script of each machine, and of the agents: values as quoted assignments, then `prelude.sh`, then the role's own
 *  script. They hold no Terraform expression, and nothing in them is interpolated into code.
 *  @throws RangeError when a script is larger than EC2 takes */
export function buildUserData(cluster: Cluster, inputs: StackInputs): Readonly<Record<MachineRole | 'agents', string>> {
  const names = resourceNames(cluster, inputs.account)
  const { prereqs, master } = machineAddresses(cluster.network)
  const script = (role: MachineRole | 'agents', values: Readonly<Record<string, string>> = {}) =>
    assemble(role, {
      HOST_KEY: inputs.hostKeys[role].privateKey.trimEnd(),
      HOST_KEY_PUBLIC: inputs.hostKeys[role].publicKey,
      ...values,
    })
  const installs = (role: StackPackage['installedBy']) => ({
    REGION: cluster.region,
    LOG_BUCKET: names.logBucket,
    PACKAGES: inputs.packages
      .filter((candidate) => candidate.installedBy === role)
      .map(({ file, sha256 }) => `${sha256} ${packageKey(file)}`)
      .join('\n'),
  })

  return {
    bastion: script('bastion'),
    prereqs: script('prereqs', { PREREQS_IP: prereqs }),
    master: script('master', { ...installs('master'), PREREQS_IP: prereqs, ACCOUNT: inputs.account }),
    gateway: script('gateway', { ...installs('gateway'), MASTER_IP: master }),
    agents: script('agents', {
      ...installs('agents'),
      PREREQS_IP: prereqs,
      AGENT_GROUP: names.agentGroup,
      MESOS_RESOURCES: agentResources(cluster.agents),
      RESOURCE_SET: resourceSet(cluster.agents.instanceType),
    }),
  }
}

function assemble(role: string, values: Readonly<Record<string, string>>): string {
  const assignments = Object.entries(values).map(([name, value]) => `${name}=${shellQuote(value)}`)
  const text = ['#!/bin/bash', ...assignments, load('prelude'), load(role)].join('\n')
  const bytes = Buffer.byteLength(text)
  if (bytes > userDataLimitBytes)
    throw new RangeError(`the user data of ${role} is ${bytes} bytes, more than the ${userDataLimitBytes} that EC2 takes`)
  return text
}

/** A word that a POSIX shell reads back as exactly this text. */
export function shellQuote(text: string): string {
  return `'${text.replaceAll("'", () => `'\\''`)}'`
}

/** A script of `user-data/` without its own first line. */
function load(name: string): string {
  return readFileSync(new URL(`./user-data/${name}.sh`, import.meta.url), 'utf8').replace(/^#!.*\n/, '')
}
