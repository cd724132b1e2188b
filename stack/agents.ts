import type { Cluster } from '../schemas/cluster.ts'
import { groupRoles } from '../schemas/roles/index.ts'
import { AutoscalingGroup, LaunchTemplate, Token } from './constructs.ts'
import type { TerraformStack } from './constructs.ts'
import { metadataOptions } from './machines.ts'
import type { HostBase } from './machines.ts'
import { agentGroupResource, machineTag } from './names.ts'
import { containerHostTag, loginUserTag, testbedTag } from '../schemas/tags.ts'

/** What a launch makes beside the machine. AWS hands the provider's default tags on to none of it. */
const launchedBeside = ['volume', 'network-interface'] as const

/** A launch template and the auto scaling group of the agents, whose name is the id of the instance group in Titus. */
export function addAgents(stack: TerraformStack, cluster: Cluster, name: string, base: HostBase, userData: string): AutoscalingGroup {
  const role = groupRoles.agents
  const image = base.images(cluster.agents.instanceType)
  const ownTags = { Name: machineTag(cluster.name, 'agent'), [testbedTag]: cluster.name }
  const template = new LaunchTemplate(stack, 'titusagent_template', {
    name,
    imageId: image.id,
    instanceType: cluster.agents.instanceType,
    keyName: base.keyName,
    vpcSecurityGroupIds: [base.groups[role.securityGroup].id],
    iamInstanceProfile: { name: base.profile },
    metadataOptions: metadataOptions(cluster),
    blockDeviceMappings: [
      {
        deviceName: image.rootDeviceName,
        ebs: { volumeSize: cluster.agents.volumeGiB, volumeType: 'gp3', deleteOnTermination: 'true', encrypted: 'true' },
      },
    ],
    tagSpecifications: launchedBeside.map((resourceType) => ({ resourceType, tags: ownTags })),
    userData: Buffer.from(userData).toString('base64'),
    updateDefaultVersion: true,
    // Not create_before_destroy: it would hold for all that the template needs, whose names can be taken only once.
    lifecycle: { ignoreChanges: ['image_id'] },
  })

  const { min, desired, max } = cluster.agents.capacity
  const marks = role.runsContainers ? { [containerHostTag]: 'true' } : {}
  const tags = { ...ownTags, [loginUserTag]: base.loginUser, ...marks }
  return new AutoscalingGroup(stack, agentGroupResource, {
    name,
    minSize: min,
    maxSize: max,
    desiredCapacity: desired,
    healthCheckType: 'EC2',
    healthCheckGracePeriod: 60,
    forceDelete: true,
    vpcZoneIdentifier: [base.network.subnets[role.subnet].id],
    launchTemplate: { id: template.id, version: Token.asString(template.latestVersion) },
    tag: Object.entries(tags).map(([key, value]) => ({ key, value, propagateAtLaunch: true })),
    dependsOn: [...base.before('agents')],
    // A group does not touch the agents that it has when its template changes, so it is made anew, and they with it.
    lifecycle: { replaceTriggeredBy: [`${template.terraformResourceType}.${template.friendlyUniqueId}`] },
  })
}
