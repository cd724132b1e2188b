import type { Cluster } from '../schemas/cluster.ts'
import type { RoleName } from '../schemas/roles/index.ts'
import { machineImage } from '../schemas/images.ts'
import { addAgents } from './agents.ts'
import { AwsProvider, KeyPair, LocalBackend } from './constructs.ts'
import type { TerraformStack } from './constructs.ts'
import { addIam } from './iam.ts'
import { findImages } from './machine-images.ts'
import type { StackInputs } from './inputs.ts'
import { addMachines } from './machines.ts'
import { resourceNames } from './names.ts'
import { testbedTag } from '../schemas/tags.ts'
import { addNetwork } from './network.ts'
import { addOutputs, machineOutputs } from './outputs.ts'
import { addSecurityGroups } from './security-groups.ts'
import { addStorage } from './storage.ts'
import { providerSource, providerVersion, stateFile } from './terraform/layout.ts'
import { buildUserData } from './user-data.ts'

/** Fills a stack with a whole testbed: the seed deployment's 38 resources, what closes what AWS leaves open, and one object for each package. */
export function buildStack(stack: TerraformStack, cluster: Cluster, inputs: StackInputs): void {
  const names = resourceNames(cluster, inputs.account)
  addProvider(stack, cluster, inputs)

  const network = addNetwork(stack, cluster.network, inputs.zone ?? `${cluster.region}a`, inputs.lease)
  const { keyName } = new KeyPair(stack, 'titus_deployer', { keyName: names.keyPair, publicKey: inputs.publicKey })
  const groups = addSecurityGroups(stack, network.vpc.id, inputs.trustedCidr)
  const iam = addIam(stack, cluster, names)
  const storage = addStorage(stack, names.logBucket, inputs.packages)

  const before = (role: RoleName) => [...storage.packagesOf(role), ...iam.policies]
  const base = {
    images: findImages(stack, cluster),
    loginUser: machineImage(cluster.image).user,
    keyName,
    network,
    groups,
    profile: iam.profile,
    before,
  }
  const userData = buildUserData(cluster, inputs)
  const machines = addMachines(stack, cluster, base, userData)
  const group = addAgents(stack, cluster, names.agentGroup, base, userData.agents)

  addOutputs(stack, {
    ...machineOutputs(machines),
    default_role_arn: iam.defaultRoleArn,
    default_sg_id: groups.app.id,
    agent_asg_name: group.name,
    vpc_id: network.vpc.id,
  })
}

/** The provider block is the same for AWS and for an emulator: the environment says where the API is. */
function addProvider(stack: TerraformStack, cluster: Cluster, inputs: StackInputs): void {
  // Without this path the library would write an absolute one of its own.
  new LocalBackend(stack, { path: stateFile })
  new AwsProvider(stack, 'aws', {
    region: cluster.region,
    defaultTags: [{ tags: { [testbedTag]: cluster.name } }],
    ...(inputs.emulated ? { maxRetries: 3 } : {}),
  })
  // The full address names the same provider for terraform and for tofu, whose default registries differ.
  stack.addOverride('terraform.required_providers.aws', { source: providerSource, version: providerVersion })
}
