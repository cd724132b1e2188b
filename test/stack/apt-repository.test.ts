import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import type { Test } from 'tap'
import { renderSource } from '../../stack/apt-repository.ts'
import { resolvePackages } from '../../stack/packages.ts'
import type { Cluster } from '../../schemas/cluster.ts'
import { InputError } from '../../schemas/failure.ts'
import type { MachineName } from '../../schemas/roles/index.ts'
import { seedCluster } from './fixtures.ts'

/* A repository that was signed once, with packages of Netflix's names that hold nothing; this computer's own apt reads it. */

const signed = fileURLToPath(new URL('../fixtures/apt-repository', import.meta.url))

/** Another one, in which packages are for one architecture. */
const ofArchitectures = fileURLToPath(new URL('../fixtures/apt-architectures', import.meta.url))

const lists = { master: ['titus-server-master', 'mesos'], gateway: ['titus-server-gateway'], agents: ['titus-executor', 'mesos'] }

interface Change {
  readonly from?: string
  /** The instance types of machines. */
  readonly types?: Readonly<Partial<Record<MachineName, string>>>
  readonly key?: string
  readonly names?: Readonly<Partial<typeof lists>>
  readonly spoil?: (repository: string) => void
}

/** Resolves the packages of a copy of the repository; what it is refused for, if it is, is then in `told`. */
async function resolve(t: Test, { from = signed, types = {}, key = 'key.asc', names = lists, spoil = () => undefined }: Change = {}) {
  const folder = t.testdir()
  const repository = join(folder, 'repository')
  cpSync(from, repository, { recursive: true })
  spoil(repository)
  const apt = { url: `file:${repository}`, suite: './', key: join(repository, key) }
  const folders = { standIns: '/absent', cache: join(folder, 'cache') }
  const chosen = Object.entries(types).map(([name, instanceType]) => [name, { instanceType }])
  const machines = { ...seedCluster.machines, ...Object.fromEntries(chosen) } as Cluster['machines']
  const titus = { packages: { apt, ...names }, agent: 'netflix' as const }
  const found = await resolvePackages({ ...seedCluster, machines, titus }, folders).catch((error: unknown) => error)
  if (!(found instanceof Error)) return { found: found as Awaited<ReturnType<typeof resolvePackages>>, told: [] }
  if (!(found instanceof InputError)) throw found
  return { found: [], told: found.problems.map(({ code, message }) => `${code}: ${message}`) }
}

t.test('the newest packages go to the machines that list them, with the checksums that they have', async (t) => {
  const { found, told } = await resolve(t)
  t.same(told, [])
  t.strictSame(
    found.map(({ file, installedBy }) => [file, installedBy.join()]),
    [
      ['mesos_1.1.3-2.0.1_all.deb', 'master,agents'],
      ['titus-executor_20180516.3_all.deb', 'agents'],
      ['titus-server-gateway_0.0.1-1_all.deb', 'gateway'],
      ['titus-server-master_0.0.1-1_all.deb', 'master'],
    ],
  )
  const index = readFileSync(join(signed, 'Packages'), 'utf8')
  for (const { path, file, sha256 } of found) {
    t.match(index, `SHA256: ${sha256}\n`, file)
    t.strictSame(readFileSync(path), readFileSync(join(signed, file)))
  }
})

t.test('a machine gets the packages of its own architecture, and those for every one', async (t) => {
  const names = { ...lists, master: ['titus-server-master'] }
  const { found, told } = await resolve(t, { from: ofArchitectures, names, types: { gateway: 't4g.medium' } })
  t.same(told, [])
  t.strictSame(
    found.map(({ file, installedBy }) => [file, installedBy.join()]),
    [
      ['mesos_1.1.3-2.0.1_amd64.deb', 'agents'],
      ['titus-executor_20180516.3_amd64.deb', 'agents'],
      ['titus-server-gateway_0.0.1-1_arm64.deb', 'gateway'],
      ['titus-server-master_0.0.1-1_all.deb', 'master'],
    ],
  )
  const shared = { ...lists, gateway: ['titus-server-gateway', 'titus-server-master'] }
  const both = await resolve(t, { names: shared, types: { gateway: 't4g.medium' } })
  t.match(
    both.found.find(({ name }) => name === 'titus-server-master'),
    { installedBy: ['master', 'gateway'] },
    'one that is for every architecture is one package',
  )
})

t.test('a package that is not there for an architecture, and one that would have to be two, are refused', async (t) => {
  t.same((await resolve(t, { from: ofArchitectures, types: { master: 't4g.medium' } })).told, [
    'package-architecture: mesos of the repository is not one package for agents (amd64) and master (arm64)',
  ])
  const names = { ...lists, gateway: ['titus-executor'] }
  t.match((await resolve(t, { from: ofArchitectures, names, types: { gateway: 't4g.medium' } })).told, [
    /^package-unavailable: the packages cannot be had from file:\S+ for arm64: .*titus-executor/,
  ])
})

t.test('a key may be armoured or not, and roles without a list install the usual packages', async (t) => {
  const { found, told } = await resolve(t, { key: 'key.gpg', names: { master: ['titus-server-master'] } })
  t.same(told, [])
  t.strictSame(
    found.map(({ name }) => name),
    ['mesos', 'titus-executor', 'titus-server-gateway', 'titus-server-master'],
  )
})

t.test('what the key has not signed is refused', async (t) => {
  t.match((await resolve(t, { key: 'another-key.asc' })).told, [
    /^package-unavailable: the packages cannot be had from file:.*NO_PUBKEY 4E15EA0849040DC9/,
  ])
  const unsigned = (await resolve(t, { spoil: (repository) => rmSync(join(repository, 'InRelease')) })).told
  t.match(unsigned, [/^package-unavailable: .*(is not signed|does not have a Release file)/])
})

t.test('so is a list or a package that was changed after it was signed', async (t) => {
  const change = (file: string) => (repository: string) => {
    const path = join(repository, file)
    const bytes = readFileSync(path)
    bytes[100] = (bytes[100] ?? 0) ^ 1
    writeFileSync(path, bytes)
  }
  t.match((await resolve(t, { spoil: change('InRelease') })).told, [/^package-unavailable: .*(BADSIG|not signed|invalid)/])
  t.match((await resolve(t, { spoil: change('Packages') })).told, [/^package-unavailable: .*Hash Sum mismatch/])
  t.match((await resolve(t, { spoil: change('mesos_1.1.3-2.0.1_all.deb') })).told, [/^package-unavailable: .*Hash Sum mismatch/])
})

t.test('packages that are not there and a key that cannot be read are named', async (t) => {
  t.match((await resolve(t, { names: { gateway: ['titus-gateway'] } })).told, [
    /^package-unavailable: .*Unable to locate package titus-gateway/,
  ])
  t.match((await resolve(t, { key: 'no-key.asc' })).told, [/^package-missing: the key \S+no-key\.asc is not there/])
})

t.test('the source is a line of sources.list', async (t) => {
  const repository = { url: 'https://apt.example.com/titus', suite: 'stable', components: ['main', 'extra'], key: 'k' }
  t.equal(renderSource(repository, '/tmp/key.asc'), 'deb [signed-by=/tmp/key.asc] https://apt.example.com/titus stable main extra\n')
})
