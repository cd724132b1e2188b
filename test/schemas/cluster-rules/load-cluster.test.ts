import { readFileSync } from 'node:fs'
import t from 'tap'
import { parse } from 'yaml'
import { matrixCells } from '../../../schemas/cluster-rules/matrix-cells.ts'
import type { AptRepository, Cluster, PackageSource, Permission, Role } from '../../../schemas/cluster.ts'
import { instanceTypes, resourceSet, vpcLimits } from '../../../schemas/cluster-rules/instance-types.ts'
import type { Json, JsonObject } from '../../../schemas/json.ts'
import { renderProblem } from '../../../schemas/render-problem.ts'
import { loadCluster } from '../../../schemas/cluster-rules/load-cluster.ts'
import type { Problem } from '../../../schemas/problem.ts'
import { isObject } from '../../../schemas/validation/schema-walk.ts'
import { machineNames } from '../../../schemas/roles/index.ts'
import { schemaFile } from '../../../schemas/validation/schema-file.ts'

const shipped = readFileSync(new URL('../../../cluster.yaml', import.meta.url), 'utf8')
const schema = schemaFile('cluster-rules/cluster.schema.json')

function clusterOf(text: string): Cluster {
  const { cluster, problems } = loadCluster(text, 'cluster.yaml')
  if (cluster === undefined) throw new Error(problems.map(({ message }) => message).join('\n'))
  return cluster
}

/** The errors of a text as `code line:column`. */
function errorsOf(text: string): readonly string[] {
  return loadCluster(text, 'cluster.yaml')
    .problems.filter(isError)
    .map(({ code, place }) => `${code} ${place?.line}:${place?.column}`)
}

function isError({ severity }: Problem): boolean {
  return severity === 'error'
}

function checksums(files: readonly string[]) {
  return Object.fromEntries(files.map((file) => [file, 'a'.repeat(64)]))
}

t.test('an empty file is the shipped cluster, but for the power that only a file that asks for it gives to the machines', async (t) => {
  const { roles, ...same } = clusterOf(shipped)
  t.same(roles['titusmaster']?.allow, ['*'])
  const expected = { ...same, roles: { ...roles, titusmaster: { ...roles['titusmaster'], allow: ['ec2:*', 's3:*'] } } }
  for (const text of ['', '\n', '{}', '# nothing\n', '---\n']) t.same(clusterOf(text), expected, JSON.stringify(text))
  t.equal(clusterOf('').network.private, '30.0.100.0/24')
  t.equal(clusterOf('').access.publicKey, undefined)
})

t.test('a cluster cannot be changed, at any depth', async (t) => {
  const cluster = clusterOf('')
  t.throws(() => Object.assign(cluster.agents.capacity, { min: 9 }), TypeError)
  t.throws(() => Object.assign(cluster.roles, { more: {} }), TypeError)
})

t.test('subnets follow the network unless they are written', async (t) => {
  t.match(clusterOf('network: { cidr: 10.30.0.0/16 }').network, { public: '10.30.1.0/24', private: '10.30.100.0/24' })
  t.match(clusterOf('network: { cidr: 10.30.0.0/20 }').network, { public: '10.30.0.0/21', private: '10.30.8.0/21' })
  t.match(clusterOf('network: { cidr: 10.30.0.0/16, private: 10.30.7.0/24 }').network, { public: '10.30.1.0/24', private: '10.30.7.0/24' })
})

t.test('a text stays as it is written, whatever YAML makes of it', async (t) => {
  const packages = `{ from: 007, sha256: ${JSON.stringify(checksums(['titus-server-master.deb', 'titus-server-gateway.deb', 'titus-agent.deb']))} }`
  const cluster = clusterOf(
    `logBucket: 012345678901\ntitus: { version: 1.20, packages: ${packages} }\nagents: { name: 1234567e8901 }\naccess: { publicKey: yes }\n`,
  )
  t.equal(cluster.logBucket, '012345678901')
  t.equal(cluster.titus.version, '1.20')
  t.match(cluster.titus.packages, { from: '007' })
  t.equal(cluster.agents.name, '1234567e8901')
  t.equal(cluster.access.publicKey, 'yes')
})

t.test('a map that is written replaces the default whole; an anchor is followed', async (t) => {
  t.same(Object.keys(clusterOf('roles: { only: { service: ec2, allow: [] } }').roles), ['only'])
  t.equal(clusterOf('machines:\n  master: &m { instanceType: c5.large }\n  gateway: *m\n').machines.gateway.instanceType, 'c5.large')
})

t.test('all problems come at once, each where it stands', async (t) => {
  t.same(errorsOf('name: A\nregoin: x\nagents:\n  instanceType: t2.large\n  capacity: { min: 3 }\n'), [
    'wrong-form 1:7',
    'unknown-key 2:1',
    'unknown-instance-type 4:17',
    'capacity-order 5:20',
    'capacity-order 5:20',
  ])
  t.same(errorsOf('machines: { mastre: {} }\nagents: { name: a b }\nroles: { a: { allow: [] } }\nlogBucket: X\n'), [
    'unknown-key 1:13',
    'wrong-form 2:17',
    'no-machine-role 3:1',
    'role-without-taker 3:10',
    'bad-bucket-name 4:12',
  ])
})

t.test('what only AWS or Titus would refuse is told before anything is made', async (t) => {
  const cases: Readonly<Record<string, readonly string[]>> = {
    'agents: { instanceType: t2.large }': ['unknown-instance-type 1:25'],
    'agents: { instanceType: m5.16xlarge }': ['unknown-instance-type 1:25'],
    'network: { cidr: 10.0.0.0/15 }': ['bad-prefix 1:18'],
    'network: { cidr: 10.0.0.1/16 }': ['bad-cidr 1:18'],
    'network: { cidr: 2001:db8::/32 }': ['bad-cidr 1:18'],
    'network: { cidr: 10.0.0.0/16, public: 10.1.0.0/24 }': ['cidr-outside 1:39'],
    'network: { cidr: 10.0.0.0/16, public: 10.0.100.0/26 }': ['cidr-overlap 1:1'],
    'access: { trustedCidr: everyone }': ['bad-cidr 1:24'],
    'logBucket: ab': ['bad-bucket-name 1:12'],
    'logBucket: 10.0.0.1': ['bad-bucket-name 1:12'],
    'logBucket: my..bucket': ['bad-bucket-name 1:12'],
    'logBucket: -bucket-': ['bad-bucket-name 1:12'],
    'logBucket: Bucket': ['bad-bucket-name 1:12'],
    'logBucket: my_bucket': ['bad-bucket-name 1:12'],
    'logBucket: bucket-{region}': ['bad-bucket-name 1:12'],
    'logBucket: xn--bucket': ['bad-bucket-name 1:12'],
    'name: 9lives': ['wrong-form 1:7'],
    'region: europe': ['wrong-form 1:9'],
    'roles: { a: { service: ec2, allow: [] }, b: { allow: [], assumedBy: c } }': ['unknown-role 1:69'],
    'roles: {}': ['no-machine-role 1:1'],
    'matrix: { agents.instanceType: [] }': ['too-few 1:32'],
    'matrix: { agents.instanceType: [m4.large, m4.large] }': ['duplicate-item 1:32'],
    'matrix: { roles: [a] }': ['unknown-matrix-key 1:11'],
    'matrix: { agents.capacity.min: [2] }': ['capacity-order 1:33', 'capacity-order 1:33'],
    'network: { cidr: hello, public: 10.0.1.0/24, private: 10.0.1.0/24 }': ['bad-cidr 1:18', 'cidr-overlap 1:55'],
    'matrix: { agents.volumeGiB: [30, lots] }': ['wrong-type 1:34'],
    'network: { cidr: 10.0.0.0/26 }': ['bad-prefix 1:18'],
    'network: { cidr: 10.0.0.0/25 }': [],
    'network: { cidr: hello, public: 10.0.0/24 }': ['bad-cidr 1:18', 'bad-cidr 1:33'],
    'network: { cidr: 169.254.0.0/16 }': ['unusable-address-space 1:18'],
    'network: { cidr: 203.0.0.0/16 }': ['unusable-address-space 1:18'],
    'network: { cidr: 224.0.0.0/16 }': ['unusable-address-space 1:18'],
    [`matrix: { agents.volumeGiB: [${Array.from({ length: 257 }, (_, index) => index + 8).join(', ')}] }`]: ['matrix-too-large 1:1'],
  }
  for (const [text, expected] of Object.entries(cases)) t.same(errorsOf(text), expected, text)
})

t.test('warnings and notes do not stand in the way', async (t) => {
  const { cluster, problems } = loadCluster('access: { trustedCidr: 0.0.0.0/0 }\nnetwork: { cidr: 31.0.0.0/16 }', 'cluster.yaml')
  t.ok(cluster)
  t.same(problems.map(({ code, severity }) => `${severity} ${code}`).toSorted(), ['note public-address-space', 'warning open-to-everyone'])
  t.same(loadCluster('network: { cidr: 10.30.0.0/16 }', 'cluster.yaml').problems, [])
  t.same(
    loadCluster('regoin: x\nnetwork: { cidr: 31.0.0.0/16 }', 'cluster.yaml').problems.map(({ severity }) => severity),
    ['error'],
    'notes wait until all is sound',
  )
})

t.test('packages of one’s own need a checksum each', async (t) => {
  const files = ['titus-server-master_1_all.deb', 'titus-server-gateway_1_all.deb', 'titus-agent_1_amd64.deb']
  const source = (from: string, names: readonly string[]): string =>
    JSON.stringify({ titus: { packages: { from, sha256: checksums(names) } } })
  t.same(errorsOf(source('packages', files)), [])
  t.same(errorsOf(source('https://example.com/debs', files)), [])
  t.same(errorsOf(source('ftp://example.com/debs', files)).length, 1)
  t.match(errorsOf(source('packages', files.slice(1))), [/^missing-package/])
  t.match(errorsOf(source('packages', [...files, 'titus-agent_2_amd64.deb'])), [/^duplicate-package/])
})

t.test('the version of Titus is that of its packages', async (t) => {
  t.match(errorsOf('titus: { version: 0.1.0-rc.60 }'), [/^version-of-stand-ins/])
  const sha256 = checksums([
    'titus-server-master_0.1.0~rc.60_all.deb',
    'titus-server-gateway_0.1.0-rc.57_all.deb',
    'titus-agent_1_amd64.deb',
  ])
  const { problems } = loadCluster(
    JSON.stringify({ titus: { version: '0.1.0-rc.60', packages: { from: 'debs', sha256 } } }),
    'cluster.yaml',
  )
  t.match(
    problems.filter(({ severity }) => severity === 'warning'),
    [{ code: 'version-of-package', message: /gateway/ }],
  )
})

t.test('the cells of a matrix', async (t) => {
  t.same(
    matrixCells(clusterOf('')).map(({ name }) => name),
    ['m4.large', 'm4.xlarge', 'r4.large', 'm5.large'],
  )
  const cells = matrixCells(
    clusterOf('matrix: { agents.instanceType: [m4.large, m5.large], region: [eu-west-1, us-east-1], agents.volumeGiB: [40] }'),
  )
  t.same(
    cells.map(({ name }) => name),
    ['m4.large,eu-west-1,40', 'm4.large,us-east-1,40', 'm5.large,eu-west-1,40', 'm5.large,us-east-1,40'],
  )
  t.match(cells[3], { overrides: { 'agents.instanceType': 'm5.large', region: 'us-east-1', 'agents.volumeGiB': '40' } })
  t.match(cells[3]?.cluster, { region: 'us-east-1', agents: { instanceType: 'm5.large', volumeGiB: 40, name: 'titusagent' } })
  t.same(matrixCells(clusterOf('matrix: {}')), [])
  const moved = matrixCells(clusterOf('network: { private: 30.0.7.0/24 }\nmatrix: { network.cidr: [30.0.0.0/17, 30.0.0.0/16] }'))
  t.match(moved[0]?.cluster.network, { cidr: '30.0.0.0/17', public: '30.0.1.0/24', private: '30.0.7.0/24' })
  t.match(matrixCells(clusterOf('matrix: { network.cidr: [10.1.0.0/16] }'))[0]?.cluster.network, {
    public: '10.1.1.0/24',
    private: '10.1.100.0/24',
  })
})

t.test('the shipped scenario about instance types has a row for each, with what tasks get of it', async (t) => {
  const text = readFileSync(new URL('../../../scenarios/instance-types.yaml', import.meta.url), 'utf8')
  const { matrix } = parse(text) as { readonly matrix: unknown }
  const rows = Object.entries(instanceTypes).map(
    ([type, { interfaces, addressesPerInterface: addresses, vCpus: vcpus, memoryMiB: memory }]) => {
      return { type, interfaces: interfaces - 1, addresses, vcpus, memory }
    },
  )
  t.same(matrix, rows)
})

t.test('the table of the VPC driver', async (t) => {
  t.equal(Object.keys(instanceTypes).length, 27)
  t.equal(resourceSet('m4.large'), 'ResourceSet-ENIs-1-10')
  t.equal(resourceSet('r4.8xlarge'), 'ResourceSet-ENIs-7-30')
  t.equal(resourceSet('m5.24xlarge'), 'ResourceSet-ENIs-14-30')
  t.match(vpcLimits('m4.large'), { interfaces: 2, addressesPerInterface: 10, networkMbps: 100, vCpus: 2, memoryMiB: 8192 })
  t.equal(vpcLimits('t2.large'), undefined)
  t.equal(vpcLimits('constructor'), undefined)
  t.throws(() => resourceSet('t2.large'), RangeError)
})

/** Every key of the type, written so that the compiler refuses a missing one and one too many. */
type Keys<T> = T extends readonly unknown[] | string | number
  ? true
  : string extends keyof T
    ? Keys<T[keyof T]>
    : { [K in keyof Required<T>]: Keys<NonNullable<T[K]>> }

const machine: Keys<Cluster['machines']['master']> = { instanceType: true }
/** The type of a list says nothing of what is in it. */
const permission: Keys<Permission> = { actions: true, resources: true }
const role: Keys<Role> = { service: true, allow: true, assumedBy: true }
const apt: Keys<AptRepository> = { url: true, suite: true, components: true, key: true }
const packages: Keys<PackageSource> = { from: true, sha256: true, apt, master: true, gateway: true, agents: true }
const keys: Keys<Omit<Cluster, 'titus'>> & { readonly titus: unknown } = {
  name: true,
  target: true,
  region: true,
  zone: true,
  lab: { image: true },
  image: { id: true, owner: true, name: true, user: true, architecture: true },
  access: { publicKey: true, trustedCidr: true, metadata: { tokens: true } },
  network: { cidr: true, public: true, private: true },
  machines: Object.fromEntries(machineNames.map((name) => [name, machine])) as Keys<Cluster['machines']>,
  agents: { name: true, instanceType: true, capacity: { min: true, desired: true, max: true }, volumeGiB: true },
  roles: role,
  logBucket: true,
  titus: { version: true, agent: true, packages },
  matrix: true,
}

function keysOfSchema(node: Json | undefined): unknown {
  if (!isObject(node)) return true
  const reference = node['$ref']
  if (typeof reference === 'string') return keysOfSchema((schema['$defs'] as JsonObject)[reference.replace('#/$defs/', '')])
  const branch = Array.isArray(node['anyOf']) ? (node['anyOf'] as readonly JsonObject[]).find(({ type }) => type === 'object') : undefined
  if (branch !== undefined) return keysOfSchema(branch)
  const properties = node['properties']
  if (isObject(properties)) return Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, keysOfSchema(value)]))
  return node['type'] === 'object' ? keysOfSchema(node['additionalProperties']) : true
}

t.test('the type and the schema have the same keys, and every key of the schema says what it is', async (t) => {
  t.same(keysOfSchema(schema), keys)
  const { allow } = (schema['$defs'] as { role: { properties: { allow: { items: Json } } } }).role.properties
  t.same(keysOfSchema(allow.items), permission)
  for (const name of ['cluster.schema.json', 'testbed.schema.json', 'scenario.schema.json', 'step-file.schema.json']) {
    t.same(undescribed(schemaFile(name), name), [], name)
  }
})

/** The properties without a description. */
function undescribed(node: Json, path: string): readonly string[] {
  if (Array.isArray(node)) return node.flatMap((item: Json, index) => undescribed(item, `${path}/${index}`))
  if (!isObject(node)) return []
  const properties = isObject(node['properties']) ? node['properties'] : {}
  const missing = Object.entries(properties).filter(
    ([, value]) => isObject(value) && value['description'] === undefined && value['$ref'] === undefined,
  )
  return [
    ...missing.map(([key]) => `${path}/${key}`),
    ...Object.entries(node).flatMap(([key, value]) => undescribed(value, `${path}/${key}`)),
  ]
}

t.test('the work grows as the file does', async (t) => {
  const cpuMs = (work: () => void): number => {
    const before = process.cpuUsage()
    work()
    const { user } = process.cpuUsage(before)
    return user / 1000
  }
  const source = `name: blue\n${Array.from({ length: 30_000 }, (_, index) => `k${index}: v\n`).join('')}`
  const spent = cpuMs(() => {
    const { problems } = loadCluster(source, 'cluster.yaml')
    t.equal(problems.length, 30_000, 'each key is told')
    for (const problem of problems) renderProblem(problem, source)
  })
  // A quadratic step somewhere takes a minute.
  t.ok(spent < 20_000, `${Math.round(spent)} ms of processor`)
})
