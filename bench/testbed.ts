import { copyFile, cp, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { labFolder, productRoot } from '../cli/product/folders.ts'
import { readTestbed, workspaceAt } from '../stack/workspace.ts'
import { measureAccess } from './access.ts'
import { cpuOfAgents, measureAgents } from './agents.ts'
import { measureChecks } from './checks.ts'
import { measureLabGrowth } from './lab-growth.ts'
import { time, timeEach } from './figure.ts'
import type { Bench, Figure } from './figure.ts'
import { titusBed } from './program.ts'
import { measureSteps } from './steps.ts'
import { keepStack, measureTerraform } from './terraform.ts'

/** The figures that need a raised testbed. */
export const testbedFigures = ['apply', 'terraform', 'scenarios', 'steps', 'access', 'checks', 'lab-growth', 'agents', 'destroy'] as const

/** Raises the shipped testbed with the shipped commands, and measures on it what is wanted; `add` gets each figure when it is known. */
export async function measureTestbed(bench: Bench, wanted: ReadonlySet<string>, add: (figure: Figure) => void): Promise<void> {
  const { folder, runs, emptyCache, say, signal } = bench
  const cwd = join(folder, 'testbed')
  await mkdir(cwd)
  await copyFile(join(productRoot(), 'cluster.yaml'), join(cwd, 'cluster.yaml'))
  await cp(join(productRoot(), 'scenarios'), join(cwd, 'scenarios'), { recursive: true })
  const bed = (...args: readonly string[]) => {
    say(`titus-bed ${args.join(' ')}`)
    return titusBed(args, { cwd, signal })
  }
  const applyAgain = async () => {
    const said = await bed('apply', 'cluster.yaml')
    if (!said.includes('no changes')) throw new Error(`a second apply changed something:\n${said}`)
  }
  const runScenarios = () => bed('run', 'scenarios')
  const workspace = workspaceAt(cwd, 'titus')
  let stack: string | undefined
  let region = ''
  try {
    if (emptyCache) {
      const cold = [await applyWithEmptyCache(folder, cwd, bench)]
      add({ name: 'apply, no images', cold, warm: [], how: 'the first ever: no lab, no images, no packages' })
    }
    say('titus-bed apply cluster.yaml')
    let terraformEnd = 0
    const onOutput = (text: string) => {
      if (text.includes('terraform: ')) terraformEnd = performance.now()
    }
    const cold = [await time(() => titusBed(['apply', 'cluster.yaml'], { cwd, signal, onOutput }))]
    const readyAfter = [performance.now() - terraformEnd]
    add({
      name: 'ready after Terraform',
      cold: readyAfter,
      warm: [],
      how: 'from the last resource that Terraform made until every machine is ready',
    })
    const testbed = readTestbed(workspace)
    if (testbed === undefined) throw new Error('apply left no testbed')
    region = testbed.region
    const alone = cpuOfAgents(testbed)
    if (wanted.has('terraform')) stack = await keepStack(workspace.terraform, folder)
    const warm = wanted.has('apply') ? await timeEach(runs, applyAgain) : []
    add({ name: 'apply', cold, warm, how: '`titus-bed apply` until every machine is ready; cold: no lab, images cached; warm: no changes' })
    if (wanted.has('scenarios')) {
      const [cold, warm] = [[await time(runScenarios)], await timeEach(runs, runScenarios)]
      add({ name: 'shipped scenarios', cold, warm, how: '`titus-bed run scenarios`, all pass; cold: the first on a testbed just raised' })
    }
    if (wanted.has('steps')) (await measureSteps(bench, workspace, testbed)).forEach(add)
    if (wanted.has('access')) (await measureAccess(bench, testbed)).forEach(add)
    if (wanted.has('checks')) (await measureChecks(bench, cwd, workspace)).forEach(add)
    if (wanted.has('lab-growth')) {
      // Faults and the activation start programs anew.
      const again = () => titusBed(['run', 'scenarios', '--skip-tag', 'faults or activation', '--parallel', '2'], { cwd, signal })
      await bed('run', 'scenarios/activate-instance-group.yaml')
      for (const figure of await measureLabGrowth(bench, labFolder(workspace), again)) add(figure)
    }
    if (wanted.has('agents')) {
      const apply = () => bed('apply', 'cluster.yaml')
      const status = () => titusBed(['status'], { cwd, signal })
      const look = () => readTestbed(workspace)
      for (const figure of await measureAgents(bench, { alone, apply, status, testbed: look, clusterFile: join(cwd, 'cluster.yaml') }))
        add(figure)
    }
    if (wanted.has('destroy')) {
      const destroy = [await time(() => bed('destroy'))]
      add({ name: 'destroy', cold: destroy, warm: [], how: '`titus-bed destroy`: every resource with Terraform, then the lab' })
      await bed('apply', 'cluster.yaml')
      const now = [await time(() => bed('destroy', '--now'))]
      add({ name: 'destroy --now', cold: now, warm: [], how: '`titus-bed destroy --now`: the lab as a whole' })
    }
  } finally {
    await removeTestbed(cwd)
  }
  if (stack !== undefined) (await measureTerraform(bench, stack, region)).forEach(add)
}

async function applyWithEmptyCache(folder: string, cwd: string, { say, signal }: Bench): Promise<number> {
  say('titus-bed apply cluster.yaml, with an empty cache')
  const env = { ...process.env, XDG_CACHE_HOME: join(folder, 'cache') }
  const sample = await time(() => titusBed(['apply', 'cluster.yaml'], { cwd, env, signal }))
  await removeTestbed(cwd)
  return sample
}

/** Also after an interruption, and when there is nothing to remove. */
async function removeTestbed(cwd: string): Promise<void> {
  await titusBed(['destroy', '--now'], { cwd, signal: new AbortController().signal })
}
