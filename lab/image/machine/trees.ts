import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { PackageSource } from '../apt/package-source.ts'
import { selectClosure } from '../apt/closure.ts'
import { planAbove } from '../apt/plan.ts'
import type { PlannedPackage } from '../apt/plan.ts'
import { compilePython } from '../compile-python.ts'
import { awsCliManualPackages, awsCliPackage } from '../aws-cli.ts'
import { installPackages } from '../debian/install.ts'
import { runTogether } from '../in-parallel.ts'
import type { Progress } from '../../lab.ts'
import { configureBase } from './base.ts'
import { configureContainerHost, unusedEngineParts } from './container-host.ts'
import { containerHostPackages } from './packages.ts'
import { machineIds } from '../../machine-ids.ts'
import { shiftOwners } from '../../shift-owners.ts'
import { countOf } from '../../../system/count-of.ts'

/** What the builders of trees share. */
export interface TreeWork {
  /** Folder of finished trees; what is being built stands in `.building-*` beside them. */
  readonly folder: string
  readonly source: PackageSource
  /** The version of Node.js that machines get from this computer; absent where their image has a package of it. */
  readonly nodeVersion?: string
  /** Digest of the code and files that shape a tree. */
  readonly recipe: string
  readonly progress: Progress
  readonly signal: AbortSignal
}

/** The packages of the machines, resolved. */
export interface MachinePlan {
  readonly base: readonly PlannedPackage[]
  /** What container hosts have beyond the base. */
  readonly containerHost: readonly PlannedPackage[]
}

/** Resolves the packages of the machines. Where the distribution has no AWS command line (Ubuntu 24.04), container hosts go without. */
export async function planMachines(source: PackageSource, basePackages: readonly string[], progress: Progress): Promise<MachinePlan> {
  const hasAwsCli = await source.has(awsCliPackage)
  if (!hasAwsCli) progress(`This distribution has no package ${awsCliPackage}: the lab's machines have no aws command`)
  const whole = await source.plan([...basePackages, ...containerHostPackages, ...(hasAwsCli ? [awsCliPackage] : [])])
  const base = selectClosure(whole, basePackages)
  return { base, containerHost: planAbove(whole, base).filter((item) => !awsCliManualPackages.includes(item.name)) }
}

/** Where the machines' trees are. */
export interface MachineTrees {
  readonly base: string
  readonly containerHost: string
}

/** Builds the machines' trees, or finds them. What the second needs is downloaded while the first is built. */
export async function buildMachineTrees(work: TreeWork, plan: MachinePlan): Promise<MachineTrees> {
  const [base] = await runTogether<[string, unknown]>(work.signal, [
    async (signal) => buildBaseTree({ ...work, signal }, plan.base),
    async () => work.source.download(plan.containerHost),
  ])
  return { base, containerHost: await buildContainerHostTree(work, base, plan.containerHost) }
}

async function buildBaseTree(work: TreeWork, plan: readonly PlannedPackage[]): Promise<string> {
  const given = work.nodeVersion === undefined ? [] : [describeNode(work.nodeVersion)]
  return buildTree(work, 'base', [work.recipe, plan, given], async (tree) => {
    work.progress(`Building the machine image from ${countOf(plan.length, 'package')}`)
    await installPackages({ source: work.source, plan, given, tree, signal: work.signal })
    await configureBase(tree, work.signal)
  })
}

/** The Node.js that machines get from this computer, as a package that is installed: packages depend on it. */
function describeNode(version: string): string {
  return `Package: nodejs
Version: ${version}
Architecture: all
Maintainer: titus-bed <titus-bed@localhost>
Description: Node.js of the computer that the lab runs on`
}

async function buildContainerHostTree(work: TreeWork, base: string, plan: readonly PlannedPackage[]): Promise<string> {
  return buildTree(work, 'container-host', [work.recipe, base, plan], async (tree) => {
    work.progress(`Building the container host's layer from ${countOf(plan.length, 'package')}`)
    await installPackages({ source: work.source, plan, tree, below: base, exclude: unusedEngineParts, signal: work.signal })
    await configureContainerHost(tree, base)
    if (!(await compilePython(tree, [tree, base], work))) work.progress('The aws command will start slowly: its code could not be compiled')
  })
}

/** Builds a tree, or finds it. It appears under its name complete or not at all, and belongs to the ids of the machines. */
export async function buildTree(work: TreeWork, kind: string, identity: unknown, build: (tree: string) => Promise<void>): Promise<string> {
  const key = createHash('sha256')
    .update(JSON.stringify([machineIds, identity]))
    .digest('hex')
    .slice(0, 16)
  const finished = join(work.folder, `${kind}-${key}`)
  if (existsSync(finished)) return finished
  const scratch = await mkdtemp(join(work.folder, '.building-'))
  try {
    const tree = join(scratch, 'tree')
    await mkdir(tree, { mode: 0o755 })
    await build(tree)
    await shiftOwners(tree)
    await rename(tree, finished)
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
  return finished
}
