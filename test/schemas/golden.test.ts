import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import t from 'tap'
import { loadCluster } from '../../schemas/cluster-rules/load-cluster.ts'
import { loadScenario } from '../../schemas/language/load-scenario.ts'
import type { Problem } from '../../schemas/problem.ts'
import { renderProblem } from '../../schemas/render-problem.ts'
import { matchers } from '../../runner/matchers/index.ts'
import { stepKinds as kinds } from '../../runner/steps/index.ts'

/** Every bad file has its messages beside it. After a change of a message: UPDATE_GOLDEN=1, and read the difference. */
const folder = new URL('../fixtures/bad/', import.meta.url)
const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'))

/** The files are seen from their own folder, so that no message holds a path of this computer. */
function read(path: string): Promise<string> {
  return readFile(new URL(path, folder), 'utf8')
}

async function problemsOf(file: string, text: string): Promise<readonly Problem[]> {
  if (file.startsWith('cluster-')) return loadCluster(text, file).problems
  return (await loadScenario({ file, text, kinds, matchers, readFile: read })).problems
}

for (const file of files) {
  t.test(file, async (t) => {
    const text = await read(file)
    const problems = await problemsOf(file, text)
    const rendered = await Promise.all(problems.map(async (problem) => renderProblem(problem, await read(problem.place?.file ?? file))))
    const actual = `${rendered.join('\n\n')}\n`
    const golden = new URL(file.replace(/yaml$/, 'txt'), folder)
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(golden, actual)
    t.ok(problems.length > 0, 'the file has problems')
    t.equal(actual, readFileSync(golden, 'utf8'))
  })
}
