import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import { plan } from '../../../cli/commands/plan.ts'
import { openTarget } from '../../../cli/target/open-target.ts'
import { writeTargetRecord } from '../../../cli/target/target-record.ts'
import type { TargetRecord } from '../../../cli/target/target-record.ts'
import type { RaiseParts } from '../../../cli/testbed/raise.ts'
import { tellFailure } from '../../../cli/terminal/tell-failure.ts'
import { makeWorkspace } from '../../../stack/workspace.ts'
import { fakeTerraform, invocationIn, steadyParts, tempFolder, testbedOn } from '../fake-testbed.ts'
import { startLoopbackAws } from '../loopback-aws.ts'
import type { Answers } from '../loopback-aws.ts'
import { answers, imagesOf, offeringsOf, runningOf, typesOf, zone, zonesOf } from './aws-account.ts'

/** What follows the first three lines, which are name, target and region, in a cluster file. */
interface Case {
  readonly file?: readonly string[]
  readonly region?: string
  readonly said?: Answers
  readonly record?: TargetRecord
  readonly access?: string
  /** Changes what lies beside the file. */
  readonly spoil?: (folder: string) => void
  readonly options?: Readonly<Record<string, string>>
}

const types = { 't3.nano': 2, 't3.medium': 2, 't3.large': 2, 'm4.large': 2 }

/** What `titus-bed plan` tells of a cluster file whose account is one on loopback, and its exit code. */
async function planned(
  t: Test,
  { file = [], region = 'eu-west-1', said = {}, record, options = {}, access: login = '{ trustedCidr: 203.0.113.0/24 }', spoil }: Case,
) {
  const folder = tempFolder(t)
  const { access } = await startLoopbackAws(t, folder, { ...answers, ...said })
  const env = { ...process.env }
  t.teardown(() => void (process.env = env))
  process.env['AWS_ENDPOINT_URL'] = access.endpoint
  process.env['AWS_SHARED_CREDENTIALS_FILE'] = access.credentialsFile
  for (const name of ['AWS_PROFILE', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) delete process.env[name]
  if (record !== undefined) writeTargetRecord(makeWorkspace(folder, 'blue'), record)
  const cluster = join(folder, 'cluster.yaml')
  const head = ['name: blue', 'target: aws', `region: ${region}`]
  writeFileSync(cluster, [...head, ...file, `access: ${login}`, ...packagesIn(folder), ''].join('\n'))
  spoil?.(folder)
  const parts: RaiseParts = {
    ...steadyParts,
    openTarget,
    openTerraform: async () => fakeTerraform([]),
    describeTestbed: async () => testbedOn('aws'),
    standInImages: async () => [],
    waitForBoot: async () => undefined,
  }
  const { invocation, err } = invocationIn(folder, { arguments: [cluster], options })
  const code = await plan(invocation, parts).catch(async (error: unknown) => tellFailure(error, invocation.terminal, false))
  const told = err()
    .split('\n')
    .filter((line) => !line.includes('AWS_ENDPOINT_URL is set'))
  return { code, told: told.join('\n').replaceAll(`${folder}/`, '').trimEnd() }
}

/** The lines that name packages, with their files in a folder: what the machines install is not asked for here. */
function packagesIn(folder: string): readonly string[] {
  mkdirSync(join(folder, 'debs'))
  const sums = ['titus-server-master', 'titus-server-gateway', 'titus-agent', 'mesos-master', 'zookeeper'].map((name) => {
    writeFileSync(join(folder, 'debs', `${name}_1_all.deb`), name)
    return `      ${name}_1_all.deb: ${sumOf(name)}`
  })
  return ['titus:', "  version: '1'", '  packages:', `    from: ${join(folder, 'debs')}`, '    sha256:', ...sums]
}

function sumOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

t.test('an instance type that the region does not have is told where the file says it', async (t) => {
  const said = { DescribeInstanceTypeOfferings: offeringsOf({ 'eu-west-1b': ['t3.nano', 't3.medium', 't3.large'] }) }
  t.same(await planned(t, { file: ['agents: { instanceType: m4.large }'], said }), {
    code: 2,
    told: `cluster.yaml:4:25: error: agents.instanceType: AWS does not offer m4.large in eu-west-1 [instance-type-not-offered]
  3 | region: eu-west-1
  4 | agents: { instanceType: m4.large }
    |                         ^^^^^^^^
  5 | access: { trustedCidr: 203.0.113.0/24 }
  do: choose another type or region`,
  })
})

/** The place, the found, the code, the expected and the cure of each case, in which the lines of the excerpt are left out. */
const cases: readonly (Case & { readonly title: string; readonly code: number; readonly lines: readonly string[] })[] = [
  {
    title: 'a type that the zone of the file does not have',
    file: ['zone: eu-west-1c'],
    code: 2,
    lines: [
      'cluster.yaml:1:1: error: agents.instanceType: AWS does not offer m4.large in eu-west-1c [instance-type-not-offered]',
      'expected: a type that the zone has; this one is in 2 zones: eu-west-1a, eu-west-1b',
      'do: choose another type, or write zone: eu-west-1a',
    ],
  },
  {
    title: 'a zone that is not there',
    file: ['zone: eu-west-1f', 'agents:', '  instanceType: m4.large'],
    said: { DescribeInstanceTypeOfferings: offeringsOf({ 'eu-west-1f': Object.keys(types) }) },
    code: 2,
    lines: [
      'cluster.yaml:4:7: error: zone: eu-west-1f is not open to this account [zone-not-open]',
      'expected: one of eu-west-1b, eu-west-1c',
      'do: leave the zone out to have one chosen',
    ],
  },
  {
    title: 'types that no zone has together',
    said: {
      DescribeInstanceTypeOfferings: offeringsOf({ 'eu-west-1b': ['t3.nano', 't3.medium', 't3.large'], 'eu-west-1c': ['m4.large'] }),
    },
    code: 2,
    lines: [
      'cluster.yaml:3:9: error: no open zone of eu-west-1 has every instance type of the file: t3.nano in eu-west-1b; t3.large in eu-west-1b; t3.medium in eu-west-1b; m4.large in eu-west-1c [instance-type-not-offered]',
      'do: choose types that one zone has, or another region',
    ],
  },
  {
    title: 'a type of other processors than its name says',
    file: ['machines:', '  bastion: { instanceType: t3.nano }'],
    said: {
      DescribeInstanceTypes: typesOf({ 't3.medium': 2, 't3.large': 2, 'm4.large': 2 }).replace(
        '<instanceTypeSet>',
        `<instanceTypeSet>${/<item>.*<\/item>/.exec(typesOf({ 't3.nano': 2 }, { architecture: 'i386' }))?.[0]}`,
      ),
    },
    code: 2,
    lines: [
      'cluster.yaml:5:28: error: machines.bastion.instanceType: t3.nano is i386 as AWS says, and would boot debian-12 for x86_64 [image-architecture]',
      'expected: a type that is x86_64',
      'do: choose another type',
    ],
  },
  {
    title: 'fewer addresses than the driver counts on',
    file: ['agents:', '  instanceType: m4.large'],
    said: { DescribeInstanceTypes: typesOf(types, { interfaces: 1 }) },
    code: 2,
    lines: [
      'cluster.yaml:5:17: error: agents.instanceType: AWS gives m4.large 1 interface of 10 addresses, and the VPC driver counts on 2 interfaces of 10 addresses [instance-type-limits]',
      'expected: at least 2 interfaces of 10 addresses',
      'do: choose another type',
    ],
  },
  {
    title: 'an image that is not there',
    file: ['image: ubuntu-22.04'],
    said: { DescribeImages: imagesOf() },
    code: 2,
    lines: [
      'cluster.yaml:4:8: error: image: AWS finds no image ubuntu-22.04 for x86_64 in eu-west-1 [image-not-found]',
      'expected: an image that this account may use in eu-west-1',
      'do: name another image, such as debian-12, or another region',
    ],
  },
  {
    title: 'an image of other processors than the file says',
    file: ['image: { id: ami-0123456789abcdef0, user: admin }'],
    said: { DescribeImages: imagesOf('arm64') },
    code: 2,
    lines: [
      'cluster.yaml:4:8: error: image: ami-0123456789abcdef0 is arm64 as AWS says, and is to boot on machines that are x86_64 [image-architecture]',
      'expected: an image for x86_64',
      'do: choose another image, or write image: { architecture: arm64 } and instance types that have it',
    ],
  },
  ...['InvalidClientTokenId', 'AuthFailure'].map((refused, at) => ({
    title: `a region that the account has not enabled, which answers ${refused}`,
    region: 'ap-east-1',
    said: {
      [at === 0 ? 'GetCallerIdentity' : 'DescribeAvailabilityZones']: { refused },
      DescribeRegions:
        '<DescribeRegionsResponse><regionInfo><item><regionName>us-east-1</regionName></item><item><regionName>eu-west-1</regionName></item></regionInfo></DescribeRegionsResponse>',
    },
    code: 2,
    lines: [
      'cluster.yaml:3:9: error: region: ap-east-1 is not enabled in this account [region-not-enabled]',
      'expected: one of eu-west-1, us-east-1',
      'do: aws account enable-region --region-name ap-east-1, which takes some minutes, or choose another region',
    ],
  })),
  {
    title: 'a region without an open zone',
    said: { DescribeAvailabilityZones: zonesOf(zone('eu-west-1a', 'unavailable')) },
    code: 3,
    lines: [
      'cluster.yaml:3:9: error: no availability zone of eu-west-1 is open to this account [zone-not-open]',
      'expected: a region with an open zone',
      'do: choose another region',
    ],
  },
  {
    title: 'a quota of processors that falls short, where most of it is asked for',
    file: ['agents:', '  capacity: { min: 1, desired: 9, max: 9 }', '  instanceType: m4.large'],
    said: { DescribeInstances: runningOf({ other: 30 }) },
    code: 3,
    lines: [
      'cluster.yaml:6:17: error: the testbed needs 26 vCPUs of Standard (A, C, D, H, I, M, R, T, Z) instances, and of the 64 that the account may run in eu-west-1 60 are in use [vcpu-quota]',
      'expected: a quota of at least 86 (L-1216C47A)',
      'do: aws service-quotas request-service-quota-increase --region eu-west-1 --service-code ec2 --quota-code L-1216C47A --desired-value 86, or choose smaller instance types',
    ],
  },
  {
    title: 'a testbed that stands in another region',
    record: { target: 'aws', region: 'us-east-1' },
    code: 2,
    lines: [
      'cluster.yaml:3:9: error: testbed blue stands on aws in us-east-1, and the file says aws in eu-west-1 [target-changed]',
      'do: titus-bed destroy --testbed blue first, or give the testbed another name',
    ],
  },
  {
    title: 'a key of the user that is not there',
    access: '{ publicKey: /absent/key.pub }',
    code: 2,
    lines: [
      'cluster.yaml:4:22: error: access.publicKey: /absent/key.pub is not there [no-such-key]',
      'do: make one with: ssh-keygen -t ed25519 -f /absent/key; or leave out access.publicKey, then titus-bed makes its own',
    ],
  },
  {
    title: 'a package that has another checksum',
    spoil: (folder) => writeFileSync(join(folder, 'debs/zookeeper_1_all.deb'), 'another'),
    code: 2,
    lines: [
      `cluster.yaml:14:28: error: debs/zookeeper_1_all.deb has the SHA-256 ${sumOf('another')} [package-checksum]`,
      `expected: ${sumOf('zookeeper')}`,
      'do: if the file is the right one, write this checksum into titus.packages.sha256',
    ],
  },
  {
    title: 'a type that a cell of the matrix chose',
    file: ['matrix:', '  agents.instanceType: [m4.large, m5.large]'],
    options: { cell: 'm5.large' },
    code: 2,
    lines: [
      'cluster.yaml:5:35: error: agents.instanceType: AWS does not offer m5.large in eu-west-1 [instance-type-not-offered]',
      'do: choose another type or region',
    ],
  },
]
for (const { title, code, lines, ...world } of cases)
  t.test(title, async (t) => {
    const { code: ended, told } = await planned(t, world)
    t.equal(ended, code)
    const kept = told.split('\n').filter((line) => !/^ *\d* \|/.test(line))
    t.same(
      kept.map((line) => line.trim()),
      lines,
    )
    t.match(told, /^ +\| +\^+$/m, 'with a caret')
  })

t.test('all that is wrong comes at once, in the order of the file, and what falls short with it', async (t) => {
  const { code, told } = await planned(t, {
    file: [
      'zone: eu-west-1f',
      'image: ubuntu-24.04',
      'agents:',
      '  instanceType: m5.large',
      'machines: { bastion: { instanceType: t3.nano } }',
    ],
    said: {
      DescribeImages: imagesOf(),
      DescribeInstanceTypes: typesOf(types, { architecture: 'arm64' }),
      GetServiceQuota: { json: { Quota: { Value: 5 } } },
    },
  })
  t.equal(code, 2)
  const places = told.split('\n').flatMap((line) => /^(cluster\.yaml:\d+:\d+): .*\[([a-z-]+)\]$/.exec(line)?.slice(1).join(' ') ?? [])
  t.same(
    [...new Set(places)],
    [
      'cluster.yaml:4:7 zone-not-open',
      'cluster.yaml:5:8 image-not-found',
      'cluster.yaml:7:17 instance-type-not-offered',
      'cluster.yaml:8:1 instance-type-not-offered',
      'cluster.yaml:8:1 image-architecture',
      'cluster.yaml:8:38 instance-type-not-offered',
      'cluster.yaml:8:38 image-architecture',
      'cluster.yaml:8:38 vcpu-quota',
    ],
  )
})

t.test('what is sound is planned', async (t) => {
  t.equal((await planned(t, {})).code, 0)
})
