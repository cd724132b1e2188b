import * as ec2 from '@aws-sdk/client-ec2'
import { AttachInstancesCommand } from '@aws-sdk/client-auto-scaling'
import t from 'tap'
import ts from 'typescript'
import { app, attach, cloud, createInterface, groups, launch, lab, main, makeGroup, must } from './api/ec2-region.ts'

const source = new URL('../../lab/region-state.ts', import.meta.url).pathname
const program = ts.createProgram([source], { strict: true, noEmit: true, target: ts.ScriptTarget.ES2022, types: [] })
const checker = program.getTypeChecker()

/** A type of `lab/region-state.ts` by its name. */
function typeNamed(name: string): ts.Type {
  const file = must(program.getSourceFile(source))
  return checker.getDeclaredTypeOfSymbol(
    must(checker.getExportsOfModule(must(checker.getSymbolAtLocation(file))).find((each) => each.name === name)),
  )
}

/** How a value differs from its type, by path. Notes in `seen` each property that a type has and a value had: `Instance.userData`. */
function differences(value: unknown, type: ts.Type, path: string, seen: Set<string>): readonly string[] {
  const told = [`${path} is ${JSON.stringify(value)}, not ${checker.typeToString(type)}`]
  if (type.isUnion()) {
    const all = type.types.map((each) => differences(value, each, path, seen))
    return all.some((each) => each.length === 0) ? [] : told
  }
  if (type.isLiteral()) return value === type.value ? [] : told
  if (type.flags & ts.TypeFlags.BooleanLiteral) return String(value) === checker.typeToString(type) ? [] : told
  if (type.flags & ts.TypeFlags.String) return typeof value === 'string' ? [] : told
  if (type.flags & ts.TypeFlags.Number) return typeof value === 'number' ? [] : told
  const item = checker.getIndexTypeOfType(type, ts.IndexKind.Number)
  if (item !== undefined) return Array.isArray(value) ? value.flatMap((each, at) => differences(each, item, `${path}[${at}]`, seen)) : told
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return told
  const entries = Object.entries(value)
  const member = checker.getIndexTypeOfType(type, ts.IndexKind.String)
  if (member !== undefined) return entries.flatMap(([key, each]) => differences(each, member, `${path}.${key}`, seen))
  const properties = checker.getPropertiesOfType(type)
  for (const { name } of properties) if (name in value) seen.add(`${checker.typeToString(type)}.${name}`)
  return [
    ...entries.filter(([key]) => !properties.some(({ name }) => name === key)).map(([key]) => `${path}.${key} is not in the type`),
    ...properties.flatMap((property) => {
      const isOptional = (property.flags & ts.SymbolFlags.Optional) !== 0
      if (!(property.name in value)) return isOptional ? [] : [`${path}.${property.name} is missing`]
      const declared = checker.getTypeOfSymbol(property)
      const present = isOptional ? checker.getNonNullableType(declared) : declared
      return differences((value as Record<string, unknown>)[property.name], present, `${path}.${property.name}`, seen)
    }),
  ]
}

t.test("the emulator's region is what lab/region-state.ts says, and each property of its types occurs", async (t) => {
  const open = { IpProtocol: 'tcp', FromPort: 80, ToPort: 81, IpRanges: [{ CidrIp: '10.0.0.0/8' }] }
  const ours = { IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: main }] }
  await cloud.send(new ec2.AuthorizeSecurityGroupIngressCommand({ GroupId: app, IpPermissions: [open, ours] }))
  const id = await launch({
    KeyName: 'deployer',
    UserData: Buffer.from('#!/bin/sh\n').toString('base64'),
    IamInstanceProfile: { Name: 'master' },
    TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'Name', Value: 'one' }] }],
  })
  const { AllocationId } = await cloud.send(new ec2.AllocateAddressCommand({ Domain: 'vpc' }))
  await cloud.send(new ec2.AssociateAddressCommand({ InstanceId: id, ...(AllocationId && { AllocationId }) }))
  await attach(await createInterface(), id, 1)
  await createInterface()
  await cloud.send(new ec2.RebootInstancesCommand({ InstanceIds: [id] }))

  await groups.send(
    new AttachInstancesCommand({
      InstanceIds: [id],
      AutoScalingGroupName: await makeGroup('of one', { MinSize: 0, MaxSize: 1, DesiredCapacity: 0 }),
    }),
  )

  const seen = new Set<string>()
  const state = await lab.api.readRegion()
  t.same(differences(state, typeNamed('RegionState'), 'region', seen), [])
  const names = [
    'RegionState',
    'Vpc',
    'Subnet',
    'SecurityGroup',
    'SecurityGroupRule',
    'NetworkInterface',
    'Instance',
    'MetadataOptions',
    'ElasticAddress',
  ]
  const declared = names.flatMap((name) => checker.getPropertiesOfType(typeNamed(name)).map((property) => `${name}.${property.name}`))
  t.same(
    declared.filter((property) => !seen.has(property)),
    [],
    'nothing is in a type that the emulator never says',
  )

  t.test('and what differs is seen', async (t) => {
    const broken = {
      ...state,
      vpcs: [{ ...must(state.vpcs[0]), cidr: 7, colour: 'red' }],
      instances: [{ ...must(state.instances[0]), state: 'asleep' }],
      subnets: undefined,
    }
    const told = differences(broken, typeNamed('RegionState'), 'region', new Set())
    t.equal(told.length, 4, told.join('\n'))
    t.match(told.join('\n'), 'region.vpcs[0].colour is not in the type')
  })
})
