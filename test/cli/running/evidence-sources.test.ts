import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { evidenceSources } from '../../../cli/running/evidence-sources.ts'
import { labFolder } from '../../../cli/product/folders.ts'
import { workspaceAt } from '../../../stack/workspace.ts'
import { buildScenario } from '../../runner/build-scenario.ts'
import { holding } from '../../runner/local-run.ts'
import { tempFolder, testbedOn } from '../fake-testbed.ts'

t.test('what this computer knows: versions, the files, what would be done, the log of the lab', async (t) => {
  const workspace = workspaceAt(tempFolder(t), 'blue')
  mkdirSync(labFolder(workspace), { recursive: true })
  writeFileSync(join(labFolder(workspace), 'supervisor.log'), 'the lab stands')
  writeFileSync(join(workspace.folder, 'cluster.json'), '{}')
  const sources = evidenceSources(workspace, testbedOn('lab'), () => 'scenario: s')(buildScenario('s', [holding('it holds')]))
  const told = Object.fromEntries(
    await Promise.all(sources.map(async ({ of, name, tell }) => [`${of}/${name}`, await tell(AbortSignal.timeout(1000))] as const)),
  )
  t.match(told, { 'titus-bed/scenario': 'scenario: s', 'titus-bed/cluster': '{}', 'lab/log': 'the lab stands' })
  t.match(told['titus-bed/versions'], /titus-bed \d.*\nNode\.js \d/)
  t.match(told['titus-bed/plan'], 'it holds')
  const ofHosts = evidenceSources(workspace, testbedOn('hosts'), () => undefined)(buildScenario('s', []))
  t.same(
    ofHosts.map(({ name }) => name),
    ['versions', 'scenario', 'plan'],
  )
})
