import { standInVersion } from '../../schemas/cluster-rules/check-packages.ts'

/** A program of a package: one TypeScript file and what it imports, bundled into `<folder>/lib/<name>.mjs`, to which `<folder>/bin/<name>` leads. */
export interface ProgramRecipe {
  readonly name: string
  /** Path in the package, without the first slash. */
  readonly folder: string
  /** Its source below `deb/`, without ending. */
  readonly entry: string
}

/** What a .deb holds. */
export interface PackageRecipe {
  readonly name: string
  readonly summary: string
  readonly description: string
  readonly depends: readonly string[]
  readonly recommends?: readonly string[]
  readonly programs: readonly ProgramRecipe[]
  /** Path in the package -> file below `deb/`, executable. */
  readonly scripts: Readonly<Record<string, string>>
  /** Unit files, in the package's folder below `deb/`. */
  readonly units: readonly string[]
  /** Whether the package's folder has a `postinst` of its own instead of the one that all share. */
  readonly ownPostinst?: boolean
  /** What the programs write and a purge removes, as absolute paths. */
  readonly state?: readonly string[]
}

/** The version of the packages: that of the Titus they stand in for, and our revision of it. */
export const packageVersion = `${standInVersion.replace('-', '~')}-1`

/** The time of everything inside the packages, seconds since 1970: the day of rc.57. The same sources give the same bytes. */
export const packageEpoch = 1_524_441_600

const standIn = `A stand-in for the package of Netflix, which is not published:
it speaks the same protocols and is made for tests.`

/** What every program here runs on. */
const node = 'nodejs (>= 18)'

/** The packages that the hosts of a testbed install. */
export const packages: readonly PackageRecipe[] = [
  {
    name: 'titus-server-master',
    summary: 'Titus master: jobs, scheduling, agent management',
    description: standIn,
    depends: [node],
    programs: [{ name: 'titus-server-master', folder: 'opt/titus-server-master', entry: 'titus-server-master/main' }],
    scripts: {},
    units: ['titus-server-master.service'],
  },
  {
    name: 'titus-server-gateway',
    summary: 'Titus gateway: the v3 REST API',
    description: standIn,
    depends: [node],
    programs: [{ name: 'titus-server-gateway', folder: 'opt/titus-server-gateway', entry: 'titus-server-gateway/main' }],
    scripts: {},
    units: ['titus-server-gateway.service'],
  },
  {
    name: 'titus-agent',
    summary: 'Titus agent: Mesos agent, executor, VPC driver and metadata proxy',
    description: standIn,
    depends: [node, 'iproute2', 'nftables'],
    recommends: ['docker.io | docker-ce'],
    programs: [
      { name: 'mesos-agent', folder: 'opt/titus-agent', entry: 'titus-agent/mesos-agent' },
      { name: 'titus-metadata-proxy', folder: 'opt/titus-agent', entry: 'titus-agent/metadata-proxy' },
      { name: 'set-network-namespace', folder: 'opt/titus-agent', entry: 'titus-agent/set-network-namespace' },
      { name: 'configure-docker', folder: 'opt/titus-agent', entry: 'titus-agent/configure-docker' },
      { name: 'titus-executor', folder: 'apps/titus-executor', entry: 'titus-agent/titus-executor' },
    ],
    scripts: { 'opt/titus-agent/bin/titus-runc': 'titus-agent/bin/titus-runc', 'apps/titus-executor/bin/run': 'titus-agent/bin/run' },
    units: ['mesos-agent.service', 'titus-metadata-proxy.service'],
    ownPostinst: true,
    state: ['/var/lib/mesos', '/var/lib/titus-environments'],
  },
]

/** The Mesos master's program, which goes into a container image and not into a package. */
export const mesosMaster = { file: 'mesos-master.mjs', entry: 'mesos-master/main' }
