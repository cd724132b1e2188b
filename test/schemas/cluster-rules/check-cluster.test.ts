import t from 'tap'
import { checkCluster, placesOfKeys } from '../../../schemas/cluster-rules/check-cluster.ts'
import { resourceSet, vpcLimits } from '../../../schemas/cluster-rules/instance-types.ts'
import { standInVersion } from '../../../schemas/cluster-rules/check-packages.ts'
import { accountName } from '../../../schemas/account-name.ts'
import type { Cluster } from '../../../schemas/cluster.ts'
import { isDuration, parseDuration } from '../../../schemas/duration.ts'
import { placeFlaw } from '../../../schemas/flaw.ts'
import { architectureOf, machineImage } from '../../../schemas/images.ts'
import { partitionOf, regions } from '../../../schemas/partitions.ts'
import { hostRoles, roleNames } from '../../../schemas/roles/index.ts'
import { parseLocatedYaml } from '../../../schemas/yaml/located-yaml.ts'
import { seedCluster } from '../../stack/fixtures.ts'

/** The packages that a testbed needs, by name, in the order of the roles that install them. */
const neededPackages = roleNames.flatMap((name) => hostRoles[name].packages)

const sound: Cluster = { ...seedCluster, titus: { ...seedCluster.titus, version: standInVersion, packages: 'lab' } }

/** What is wrong with the seed's cluster when something of it is changed. */
function check(change: Partial<Cluster>) {
  return checkCluster({ ...sound, ...change })
}

/** The codes of it. */
function codes(change: Partial<Cluster>): readonly string[] {
  return check(change).map(({ code }) => code)
}

function networkOf(cidr: string, pub: string, priv: string): Partial<Cluster> {
  return { network: { ...sound.network, cidr, public: pub, private: priv } }
}

t.test('the seed is sound', async (t) => {
  t.same(check({}), [])
})

t.test('networks: each what AWS takes, inside each other, apart, and of space that one can have', async (t) => {
  for (const [cidr, pub, priv, expected] of [
    ['10.30.0.0/16', '10.30.1.0/24', '10.30.100.0/24', []],
    ['10.30.0.0/16', '10.30.1.0/24', '10.30.1.128/25', ['cidr-overlap']],
    ['10.30.0.0/16', '10.31.1.0/24', '10.30.100.0/24', ['cidr-outside']],
    ['10.30.0.0/16', '10.31.1.0/24', '10.32.100.0/24', ['cidr-outside', 'cidr-outside']],
    ['10.30.0.1/16', '10.30.1.0/24', '10.30.100.0/24', ['bad-cidr']],
    ['10.30.0.0', '10.30.1.0/24', 'no', ['bad-cidr', 'bad-cidr']],
    ['10.0.0.0/8', '10.30.1.0/24', '10.30.100.0/24', ['bad-prefix']],
    ['10.30.0.0/16', '10.30.1.0/29', '10.30.100.0/27', ['bad-prefix', 'bad-prefix']],
    ['127.0.0.0/16', '127.0.1.0/24', '127.0.2.0/24', ['unusable-address-space']],
    ['203.0.113.0/24', '203.0.113.0/28', '203.0.113.64/26', ['unusable-address-space']],
    ['52.30.0.0/16', '52.30.1.0/24', '52.30.100.0/24', ['public-address-space']],
  ] as const) {
    t.same(codes(networkOf(cidr, pub, priv)), expected, `${cidr} ${pub} ${priv}`)
  }
  t.match(check(networkOf('10.30.0.1/16', '10.30.1.0/24', '10.30.100.0/24')), [{ hint: 'write 10.30.0.0/16' }])
  t.match(check(networkOf('52.30.0.0/16', '52.30.1.0/24', '52.30.100.0/24')), [{ severity: 'note' }])
})

t.test('who may reach the bastion is an address range, and everybody is a warning', async (t) => {
  for (const [trustedCidr, expected] of [
    ['auto', []],
    ['203.0.113.7/32', []],
    ['0.0.0.0/0', [{ code: 'open-to-everyone', severity: 'warning' }]],
    ['203.0.113.7', [{ code: 'bad-cidr', hint: 'add the prefix of one address: 203.0.113.7/32' }]],
    ['203.0.113.7/24', [{ code: 'bad-cidr', hint: 'write 203.0.113.0/24' }]],
    ['atuo', [{ code: 'bad-cidr', hint: 'did you mean "auto"?' }]],
    ['2001:db8::/64', [{ code: 'bad-cidr' }]],
  ] as const) {
    const found = check({ access: { ...sound.access, trustedCidr } })
    t.match(found, expected, trustedCidr)
    t.equal(found.length, expected.length, trustedCidr)
  }
})

t.test('the region is one that testbeds can stand in, and what is refused is told in one line', async (t) => {
  t.same(
    regions.flatMap((region) => codes({ region })),
    [],
    'every region of the table',
  )
  t.match(check({ region: 'us-gov-west-1' }), [
    {
      code: 'unsupported-partition',
      path: ['region'],
      message: 'region: us-gov-west-1 belongs to AWS GovCloud (US), where testbeds cannot stand',
    },
  ])
  for (const region of [
    'cn-north-1',
    'cn-northwest-1',
    'us-gov-east-1',
    'eusc-de-east-1',
    'us-iso-east-1',
    'us-isob-east-1',
    'eu-isoe-west-1',
  ])
    t.same(codes({ region }), ['unsupported-partition'], region)
  t.match(check({ region: 'eu-west-9' }), [{ code: 'unknown-region', hint: /eu-west-/, expected: /eu-west-1, eu-west-2/ }])
  for (const region of ['us-east-3', 'eu-moon-1', 'mx-east-1']) t.same(codes({ region }), ['unknown-region'], region)
  t.throws(() => partitionOf('cn-north-1'), RangeError)
  t.throws(() => partitionOf('us-gov-west-1'), RangeError)
})

t.test('the zone is one of the region', async (t) => {
  for (const zone of ['eu-west-1a', 'eu-west-1c']) t.same(codes({ zone }), [], zone)
  for (const zone of ['eu-west-2a', 'eu-west-1', 'eu-west-1ab', 'eu-west-12', 'eu-west-1-lon-1a', 'euw1-az1'])
    t.match(check({ zone }), [{ code: 'zone-outside-region', path: ['zone'], expected: /eu-west-1b/ }], zone)
})

t.test('instance types: the form for machines, the table of the VPC driver for agents', async (t) => {
  const machines = (instanceType: string) => ({ machines: { ...sound.machines, master: { instanceType } } })
  for (const type of ['t3.nano', 'm5.24xlarge', 'u-6tb1.metal', 'c7gn.metal-48xl']) t.same(codes(machines(type)), [], type)
  for (const type of ['t3', 'T3.nano', 't3.huge', 'nano.t3', '', 't3.medium ']) t.same(codes(machines(type)), ['bad-instance-type'], type)
  const agents = (instanceType: string) => check({ agents: { ...sound.agents, instanceType } })
  t.match(agents('t2.micro'), [{ code: 'unknown-instance-type', message: /does not know t2 \(panic: Unknown family: t2\)/ }])
  t.match(agents('m4.huge'), [
    { message: /does not know m4\.huge \(panic: Unknown subtype for family: m4\)/, expected: /^one of m4\.large, / },
  ])
  t.match(agents('m4.lagre'), [{ hint: 'did you mean "m4.large"?' }])
  t.match(agents('constructor'), [{ code: 'unknown-instance-type' }])
  t.equal(vpcLimits('constructor'), undefined)
  t.equal(resourceSet('m4.large'), 'ResourceSet-ENIs-1-10')
  t.throws(() => resourceSet('t2.micro'), RangeError)
})

t.test("an image of one's own is named in one way, and every machine can boot the image", async (t) => {
  const own = { user: 'me', architecture: 'arm64' } as const
  const small = { machines: { ...sound.machines, master: { instanceType: 't4g.small' } } }
  const allArm = Object.fromEntries(Object.keys(sound.machines).map((name) => [name, { instanceType: 't4g.small' }]))
  t.same(codes({ image: 'debian-12', ...small }), [], 'there is one for both')
  t.same(codes({ image: own }), ['image-name'])
  t.match(check({ image: { ...own, owner: 'self' } }), [{ message: 'image has owner' }])
  t.match(check({ image: { ...own, owner: 'self', name: 'a', id: 'ami-0a' } }), [{ hint: 'keep the id alone, or owner and name' }])
  const image = { id: 'ami-0123456789abcdef0', user: 'me', architecture: 'x86_64' } as const
  t.same(codes({ image }), [])
  const found = check({ image, ...small })
  t.match(found, [{ code: 'image-architecture', path: ['machines', 'master', 'instanceType'], message: /t4g\.small is arm64/ }])
  t.equal(found.length, 1)
  const arm = { ...own, owner: 'self', name: 'mine-*' }
  t.match(check({ image: arm, machines: allArm as Cluster['machines'] }), [{ path: ['agents', 'instanceType'] }])
  const types = ['a1.large', 't4g.nano', 'c7gn.large', 'x2gd.metal', 'im4gn.large', 'hpc7g.4xlarge', 'm8g.24xlarge']
  for (const type of types) t.equal(architectureOf(type), 'arm64', type)
  for (const type of ['g4dn.xlarge', 'm4.large', 't3a.nano', 'g5.large', 'p4d.24xlarge']) t.equal(architectureOf(type), 'x86_64', type)
  t.throws(() => machineImage('debian-1'), RangeError)
})

t.test('the capacity of agents is in order, and one disorder is told once', async (t) => {
  for (const [min, desired, max, expected] of [
    [0, 0, 0, []],
    [1, 2, 3, []],
    [2, 1, 3, ['min 2 is more than desired 1']],
    [1, 3, 2, ['desired 3 is more than max 2']],
    [3, 2, 1, ['min 3 is more than desired 2', 'desired 2 is more than max 1']],
    [3, 1, 2, ['min 3 is more than desired 1', 'min 3 is more than max 2']],
  ] as const) {
    const found = check({ agents: { ...sound.agents, capacity: { min, desired, max } } })
    t.same(
      found.map(({ message }) => message.replace('agents.capacity: ', '')),
      expected,
      `${min} ${desired} ${max}`,
    )
  }
})

t.test('roles: one for the machines, a taker for each other, references that end', async (t) => {
  const machines = { service: 'ec2', allow: ['*'] } as const
  for (const [roles, expected] of [
    [{ a: machines }, []],
    [{ a: machines, b: { allow: [], assumedBy: 'a' } }, []],
    [{ a: { allow: [], assumedBy: 'a' } }, ['no-machine-role', 'role-cycle']],
    [{ a: machines, b: machines }, ['several-machine-roles']],
    [{ a: machines, b: { allow: [] } }, ['role-without-taker']],
    [{ a: machines, b: { allow: [], assumedBy: 'c' } }, ['unknown-role']],
    [{ a: machines, b: { allow: [], assumedBy: 'constructor' } }, ['unknown-role']],
    [{ a: machines, b: { allow: [], assumedBy: 'c' }, c: { allow: [], assumedBy: 'b' } }, ['role-cycle']],
    [{ a: machines, [`r${'x'.repeat(50)}`]: { allow: [], assumedBy: 'a' } }, ['role-name-too-long']],
  ] as const) {
    t.same(codes({ roles }), expected, JSON.stringify(roles))
  }
  const cycle = { a: machines, b: { allow: [], assumedBy: 'c' }, c: { allow: [], assumedBy: 'b' } }
  t.match(check({ roles: cycle }), [{ message: 'b is assumed by c is assumed by b: no one can begin', path: ['roles', 'b', 'assumedBy'] }])
})

t.test('the bucket has a name that S3 takes, with the number of the account in it', async (t) => {
  for (const [logBucket, fault] of [
    ['titus-log-bucket-{account}', undefined],
    ['abc', undefined],
    ['ab', 'has 2 characters'],
    ['a'.repeat(64), 'comes to 64 characters'],
    [`${'a'.repeat(52)}-{account}`, 'comes to 65 characters'],
    ['Logs-1', 'has capital letters'],
    ['a_b', 'has "_" in it'],
    ['a..b', 'has two dots in a row'],
    ['-abc', 'does not begin and end with a letter or a digit'],
    ['10.0.0.1', 'looks like an IP address'],
    ['xn--abc', 'uses xn--, which AWS keeps for itself'],
    ['abc-s3alias', 'uses -s3alias, which AWS keeps for itself'],
    ['logs-{acount}', 'has {acount} in it, which stands for nothing'],
  ] as const) {
    t.same(
      check({ logBucket }).map(({ message }) => message.includes(fault ?? 'nothing')),
      fault === undefined ? [] : [true],
      logBucket,
    )
  }
  t.same(codes({ name: 'x'.repeat(50) }).includes('bad-bucket-name'), true, 'the name of the testbed counts')
  t.equal(accountName('titus', 'logs'), 'logs')
  t.equal(accountName('blue', 'logs'), 'blue-logs')
})

t.test("packages: the stand-ins have one version, one's own are whole and come over https", async (t) => {
  const sha256 = Object.fromEntries(neededPackages.map((name) => [`${name}_1.2_all.deb`, 'a'.repeat(64)]))
  const own = (from: string, files: Record<string, string> = sha256, version = '1.2') => ({
    titus: { ...sound.titus, version, packages: { from, sha256: files } },
  })
  t.same(codes(own('/debs')), [])
  t.same(codes(own('https://example.com/debs')), [])
  t.same(codes(own('http://example.com/debs')), ['insecure-packages'])
  t.same(codes(own('S3://bucket')), ['insecure-packages'])
  t.same(codes({ titus: { ...sound.titus, version: '2' } }), ['version-of-stand-ins'])
  const { [`${neededPackages[0]}_1.2_all.deb`]: _gone, ...fewer } = sha256
  t.same(codes(own('/debs', fewer)), ['missing-package'])
  t.same(codes(own('/debs', { ...sha256, [`${neededPackages[0]}_1.3_all.deb`]: '' })).includes('duplicate-package'), true)
  const versions = check(own('/debs', sha256, '9.9'))
  t.ok(versions.length > 0)
  t.ok(versions.every(({ code, severity }) => code === 'version-of-package' && severity === 'warning'))
})

t.test("packages: Netflix's own have other names, and a machine may install any of them", async (t) => {
  const files = [
    'titus-server-master_0.0.1-1_all',
    'titus-server-gateway_0.0.1-1_all',
    'mesos_1.1.3-2.0.1_amd64',
    'titus-executor_0.1_amd64',
  ]
  const sha256 = Object.fromEntries(files.map((name) => [`${name}.deb`, 'a'.repeat(64)]))
  const titus = (change: object, agent: 'netflix' | 'stand-in' = 'netflix') => ({
    titus: { ...sound.titus, agent, packages: { from: '/debs', sha256, ...change } },
  })
  const lists = { master: ['titus-server-master', 'mesos'], agents: ['mesos', 'titus-executor'] }
  t.same(check(titus({})), [], 'what their build calls 0.0.1-1 is any version')
  t.same(check(titus(lists)), [])
  t.match(check(titus({}, 'stand-in')), [{ code: 'missing-package', message: 'titus.packages has no titus-agent' }])
  t.same(check(titus(lists, 'stand-in')), [], 'what is listed is what is needed')
  const { 'mesos_1.1.3-2.0.1_amd64.deb': _gone, ...fewer } = sha256
  t.match(check(titus({ ...lists, sha256: fewer })), [
    { code: 'missing-package', path: ['titus', 'packages', 'master', '1'], message: 'titus.packages has no mesos' },
  ])
  const unused = check(titus({ ...lists, agents: ['mesos'] }))
  t.match(unused, [{ code: 'unused-package', severity: 'warning', message: /titus-executor_0\.1_amd64\.deb, which no machine installs/ }])
  t.equal(unused.length, 1)
})

t.test('what rests on a value that cannot be used is not told', async (t) => {
  const wrong: Cluster = { ...sound, ...networkOf('10.30.0.0/16', '10.31.1.0/24', '10.30.100.0/24') }
  t.same(checkCluster(wrong, [['network', 'cidr']]), [])
  t.same(checkCluster(wrong, [['network', 'private']]).length, 1)
  t.same(checkCluster(wrong, [['network']]), [])
})

t.test('a flaw stands where its value stands, or its nearest key', async (t) => {
  const { root } = parseLocatedYaml('network:\n  cidr: 10.0.0.0\nmatrix:\n  region: [a, b]\n', 'c.yaml')
  if (root?.kind !== 'map') return t.fail('no map')
  const place = placesOfKeys(root)
  for (const [path, ofKey, at] of [
    [['network', 'cidr'], false, '2:9'],
    [['network', 'cidr'], true, '2:3'],
    [['network', 'public'], false, '1:1'],
    [['matrix', 'region', '1'], false, '4:15'],
    [['roles'], true, '1:1'],
  ] as const) {
    const { line, column } = place(path, ofKey)
    t.equal(`${line}:${column}`, at, path.join('.'))
  }
  const flaw = { code: 'bad-cidr', path: ['network', 'cidr'], ofKey: false, message: 'm' } as const
  t.match(placeFlaw(flaw, place), { severity: 'error', place: { line: 2 } })
  t.match(
    placeFlaw({ ...flaw, severity: 'note' }, () => undefined),
    { severity: 'note' },
  )
})

t.test('a duration has its units, and is one that a timer can wait for', async (t) => {
  for (const [text, ms] of [
    ['500ms', 500],
    ['1m30s', 90_000],
    ['1.5h', 5_400_000],
    ['0.0004s', undefined],
    ['0s', undefined],
    ['24d', undefined],
    ['30', undefined],
    ['-1s', undefined],
    ['1 s', undefined],
    ['600h', undefined],
    ['596h', 2_145_600_000],
  ] as const) {
    t.equal(parseDuration(text), ms, text)
  }
  t.ok(isDuration('0s'), 'of the form, though nothing can be waited for')
})
