import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import { loadScenarioFiles } from '../../../cli/files/load-files.ts'
import { withNeeded } from '../../../cli/running/with-needed.ts'
import { buildScenario, place } from '../../runner/build-scenario.ts'
import { tempFolder, testbedOn } from '../fake-testbed.ts'
import { typeCommand } from '../type-command.ts'

const gives = `scenario: gives\ntags: [slow]\nsteps:\n  - { name: said, host: local, run: echo hello, capture: { word: stdout } }\noutputs: { word: '\${{ word }}' }\n`
const takes = `scenario: takes\ntags: [smoke]\nneeds: { first: ../base/gives.yaml }\nsteps:\n  - { name: heard, host: local, run: ["sh", "-c", "test -e ready && echo $0", "\${{ first.word }}"], expect: { stdout: hello } }\n`

function world(t: Test, files: Readonly<Record<string, string>> = {}) {
  const cwd = tempFolder(t)
  for (const folder of ['base', 'top']) mkdirSync(join(cwd, folder))
  const all = { 'base/gives.yaml': gives, 'top/takes.yaml': takes.replace('test -e ready', `test -e ${cwd}/ready`), ...files }
  for (const [name, text] of Object.entries({ 'titus-bed.yaml': 'tags: []\n', ...all })) writeFileSync(join(cwd, name), text)
  const type = (...argv: readonly string[]) => typeCommand(cwd, ...argv, '--allow-local')
  return { cwd, type, ready: () => writeFileSync(join(cwd, 'ready'), '') }
}

t.test('what is needed comes before, each once, and what is not known is left out', async (t) => {
  const of = (name: string, ...needs: readonly string[]) =>
    buildScenario(name, [], { file: name[0] ?? '', needs: needs.map((file) => ({ name: file, file, hasRows: false, place })) })
  const [a, b1, b2, c, d] = [of('a', 'b', 'c'), of('b1', 'c'), of('b2', 'c'), of('c'), of('d', 'gone')]
  const names = (chosen: readonly ReturnType<typeof of>[]) => withNeeded(chosen, [a, b1, b2, c, d]).map(({ name }) => name)
  t.same(names([a, d]), ['c', 'b1', 'b2', 'a', 'd'])
  t.same(names([b1, c, a]), ['c', 'b1', 'b2', 'a'])
  t.same(names([d, c]), ['d', 'c'])
})

t.test('a needed scenario is run whatever was selected, once for all, before those that need it', async (t) => {
  const more = { 'top/takes2.yaml': takes.replace('scenario: takes', 'scenario: takes too') }
  const { type, ready, cwd } = world(
    t,
    Object.fromEntries(Object.entries(more).map(([name, text]) => [name, text.replace('test -e ready', 'true')])),
  )
  ready()
  for (const argv of [
    ['top', '--tag', 'smoke'],
    ['top', 'base', '--skip-tag', 'slow'],
    ['top', './base/gives.yaml', '--parallel', '4'],
    [`${cwd}/top`, '--grep', 'takes'],
  ])
    t.match(await type('run', ...argv), { code: 0, out: /^gives [^]*^takes [^]*scenarios: 3 passed;/m }, argv.join(' '))
  t.match(await type('run', 'top/takes.yaml', '--repeat', '2'), { code: 0, out: /scenarios: 4 passed;/ })
  t.match(await type('list', 'top', '--tag', 'smoke', '--shard', '1/2'), { code: 0, out: /gives[^]*2 scenarios/ })
  t.match(await type('list', 'top', '--shard', '2/2'), { code: 0, out: /gives[^]*2 scenarios/ })
})

t.test('only those that did not pass, and those that were held back by them', async (t) => {
  const { type, ready } = world(t, { 'base/gives.yaml': gives.replace('echo hello', 'test -e ready') })
  ready()
  t.match(await type('run', 'top'), { code: 1, out: /skipped[^]*it needs "gives" \(base\/gives\.yaml\), which failed/ })
  t.match(await type('list', 'top', '--only-failed'), { code: 0, out: /gives[^]*takes[^]*2 scenarios/ })
})

t.test('what was kept goes on with what it was given, and nothing else is run', async (t) => {
  const { type, ready, cwd } = world(t, { 'top/vars.yaml': takes.replace('needs:', "vars: { loud: '${{ first.word }}!' }\nneeds:") })
  t.match(await type('run', 'top/takes.yaml', '--keep-on-fail'), { code: 1, err: /kept: takes/ })
  const runs = join(cwd, '.titus-bed/local/runs')
  const [run = ''] = readdirSync(runs)
  t.match(JSON.parse(readFileSync(join(runs, run, 'kept.json'), 'utf8')), [{ captured: { first: { word: 'hello' } }, hidden: [] }])
  ready()
  const resumed = await type('resume')
  t.match(resumed, { code: 0, out: /ok {5}heard[^]*scenarios: 1 passed/ })
  t.notMatch(resumed.out, 'gives')
  t.match(await type('run', 'top/vars.yaml', '--keep-on-fail'), { code: 1 })
  t.match(await type('release'), { code: 0 })
})

t.test('what is wrong with a needed scenario is told with the rest, and once', async (t) => {
  const { type } = world(t, { 'base/gives.yaml': gives.replace('echo hello', '[]') })
  for (const argv of [
    ['validate', 'top'],
    ['validate', 'base', 'top'],
    ['run', 'top'],
  ]) {
    const { code, err } = await type(...argv)
    t.equal(code, 2)
    t.equal(err.split('base/gives.yaml:4:').length, 2, argv.join(' '))
  }
})

t.test('what is needed only by a scenario that will be skipped on the raised testbed is not run', async (t) => {
  const { cwd } = world(t, { 'top/takes.yaml': takes.replace('tags:', 'requires: [aws]\ntags:') })
  const needed = async (target: 'lab' | 'aws') => (await loadScenarioFiles(['top/takes.yaml'], cwd, { testbed: testbedOn(target) })).needed
  t.match(await needed('aws'), [{ name: 'gives', file: 'base/gives.yaml' }])
  t.same(await needed('lab'), [])
})

t.test('one that requires what is not there needs a testbed all the same, when it names its machines', async (t) => {
  const text = 'scenario: x\nrequires: [lab]\nsteps:\n  - { host: gateway, run: "true" }\n'
  const { type } = world(t, { 'top/takes.yaml': text, 'top/local.yaml': text.replace('gateway', 'local') })
  t.match(await type('run', 'top/takes.yaml'), { code: 3, err: /there is no testbed here/ })
  t.match(await type('run', 'top/local.yaml'), { code: 1, out: /it requires lab, [^]*nothing was asserted/ })
})
