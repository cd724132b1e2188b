import { existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { labName } from '../../lab/bundle/lab-file.ts'
import { startBundle } from '../../lab/bundle/start-bundle.ts'
import { findLab } from '../../lab/index.ts'
import { listLabs, stopLabNamed } from '../../lab/list-labs.ts'

const region = fileURLToPath(new URL('./bundle/trivial-region.mjs', import.meta.url))

async function startIn(stateDir: string): Promise<string> {
  await startBundle({ stateDir, program: [process.execPath, region, stateDir, 'good'], deadlineMs: 60_000, progress: () => undefined })
  return labName(stateDir)
}

function find(name: string) {
  return listLabs().find((lab) => lab.name === name)
}

/** How long it takes until a lab has no process any more, in ms; undefined when it has some after a minute. */
async function msUntilGone(name: string): Promise<number | undefined> {
  const began = performance.now()
  while (performance.now() - began < 60_000) {
    if (find(name) === undefined) return performance.now() - began
    await sleep(20)
  }
  return undefined
}

t.test('a lab that runs is listed with its folder, its age and its memory, and can be ended by its name', async (t) => {
  const stateDir = join(t.testdir(), 'lab')
  const name = await startIn(stateDir)
  const lab = find(name)
  t.match(lab, { name, folder: stateDir })
  t.ok(lab !== undefined && lab.processes >= 4 && lab.ageSeconds >= 0 && lab.ageSeconds < 120, 'the figures are possible', { lab })
  t.ok(lab?.memoryBytes === undefined || lab.memoryBytes > 1_000_000, 'memory is counted in bytes', { lab })

  rmSync(join(stateDir, 'lab.json'))
  await t.rejects(findLab(stateDir), { name: 'TestbedError', message: /lab\.json is missing or damaged, and the lab of it runs/ })
  await stopLabNamed({ name, folder: stateDir })
  t.equal(find(name), undefined)
  t.notOk(existsSync(stateDir))
})

t.test('a lab whose folder is removed, or taken away, ends by itself', async (t) => {
  const harms: Readonly<Record<string, (folder: string) => void>> = {
    removed: (folder) => rmSync(folder, { recursive: true, force: true }),
    'taken away': (folder) => renameSync(folder, `${folder}.moved`),
  }
  for (const [what, harm] of Object.entries(harms)) {
    const folder = join(t.testdir(), 'blue')
    const name = await startIn(join(folder, 'lab'))
    harm(folder)
    const ms = await msUntilGone(name)
    t.ok(ms !== undefined, `${what}: nothing of it runs after ${ms} ms`)
  }
})
