import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { PackageSource } from '../apt/package-source.ts'
import { planAbove } from '../apt/plan.ts'
import { compilePython } from '../compile-python.ts'
import { awsCliManualPackages, awsCliPackage } from '../aws-cli.ts'
import { installPackages } from '../debian/install.ts'
import type { Progress } from '../../lab.ts'
import { configureBase } from './base.ts'
import { configureContainerHost, unusedEngineParts } from './container-host.ts'
import { containerHostPackages } from './packages.ts'

/** What the builders of trees share. */
export interface TreeWork {
  /** Folder of finished trees; what is being built stands in `.building-*` beside them. */
  readonly folder: string
  readonly source: PackageSource
  /** Digest of the code and files that shape a tree. */
  readonly recipe: string
  readonly progress: Progress
  readonly signal: AbortSignal
}

/** Builds the machines' base tree, or finds it. Gives its path. */
export const buildBaseTree = async (work: TreeWork, packages: readonly string[]): Promise<string> => {
  const plan = await work.source.plan(packages)
  return buildTree(work, 'base', [work.recipe, plan], async (tree) => {
    work.progress(`Building the machine image from ${plan.length} packages`)
    await installPackages({ source: work.source, plan, tree, signal: work.signal })
    await configureBase(tree, work.signal)
  })
}

/** Builds the layer that container hosts have on top of `base` (Docker, and the AWS command line where the distribution has it), or finds it. */
export const buildContainerHostTree = async (work: TreeWork, base: string, packages: readonly string[]): Promise<string> => {
  const hasAwsCli = await work.source.has(awsCliPackage)
  if (!hasAwsCli) work.progress(`This distribution has no package ${awsCliPackage}: the lab's machines have no aws command`)
  const whole = await work.source.plan([...packages, ...containerHostPackages, ...(hasAwsCli ? [awsCliPackage] : [])])
  const plan = planAbove(whole, await work.source.plan(packages)).filter((item) => !awsCliManualPackages.includes(item.name))
  return buildTree(work, 'container-host', [work.recipe, base, plan], async (tree) => {
    work.progress(`Building the container host's layer from ${plan.length} packages`)
    await installPackages({ source: work.source, plan, tree, below: base, exclude: unusedEngineParts, signal: work.signal })
    await configureContainerHost(tree, base)
    if (!(await compilePython(tree, [tree, base], work))) work.progress('The aws command will start slowly: its code could not be compiled')
  })
}

/** A tree appears under its name complete or not at all. */
const buildTree = async (work: TreeWork, kind: string, identity: unknown, build: (tree: string) => Promise<void>): Promise<string> => {
  const key = createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 16)
  const finished = join(work.folder, `${kind}-${key}`)
  if (existsSync(finished)) return finished
  const scratch = await mkdtemp(join(work.folder, '.building-'))
  try {
    const tree = join(scratch, 'tree')
    await mkdir(tree, { mode: 0o755 })
    await build(tree)
    await rename(tree, finished)
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
  return finished
}
