import t from 'tap'
import { matchers } from '../../../runner/matchers/index.ts'
import { stepKinds } from '../../../runner/steps/index.ts'
import { loadScenario } from '../../../schemas/language/load-scenario.ts'

async function load(collect: string) {
  const text = `scenario: s\ncollect: ${collect}\nsteps:\n  - { host: gateway, run: 'true' }\n`
  const hosts = { machines: ['gateway'], groups: [] }
  return await loadScenario({ file: 'a.yaml', text, kinds: stepKinds, matchers, hosts, readFile: async () => '' })
}

t.test('a scenario says what else machines are asked', async (t) => {
  const { scenario, problems } = await load(
    "{ commands: ['nginx -T', \"echo 'two words'\"], files: [/var/log/x.log], units: [nginx.service, a@b.timer] }",
  )
  t.same(problems, [])
  t.same(scenario?.collect, {
    commands: [
      ['nginx', '-T'],
      ['echo', 'two words'],
    ],
    files: ['/var/log/x.log'],
    units: ['nginx.service', 'a@b.timer'],
  })
  t.equal((await load('{ units: [x] }')).scenario?.collect?.files.length, 0)
})

t.test('what could mean something else is refused', async (t) => {
  for (const wrong of [
    '{ files: [var/log] }',
    "{ units: ['--all x'] }",
    '{ units: [--all] }',
    '{ comands: [x] }',
    '{}',
    "{ commands: [''] }",
  ])
    t.not((await load(wrong)).problems.length, 0, wrong)
})
