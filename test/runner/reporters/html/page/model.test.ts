import t from 'tap'
import { countSteps, emptyReport, foldEvent } from '../../../../../runner/report.ts'
import { describeRun } from '../../../../../runner/reporters/html/describe-run.ts'
import { readAddress, writeAddress } from '../../../../../runner/reporters/html/page/address.ts'
import { shownOf } from '../../../../../runner/reporters/html/page/filter.ts'
import { failuresOf, hostsOf, treeOf, wayTo } from '../../../../../runner/reporters/html/page/model.ts'
import { faultsOf, ticksOf, tracksOf, visibleSpans } from '../../../../../runner/reporters/html/page/tracks.ts'
import { traceRun } from '../../../../../runner/reporters/html/trace-run.ts'
import { sampleRun } from '../sample-run.ts'

const watched = traceRun()
sampleRun.forEach(watched.see)
const report = sampleRun.reduce(foldEvent, emptyReport)
const data = describeRun(report, watched.traces(), { source: () => undefined, again: (files) => files.join(' ') })
const [everything, nginx, survives] = data.scenarios
if (everything === undefined || nginx === undefined || survives === undefined) throw new Error('the sample has four scenarios')

t.test('what was known first to have failed comes first', async (t) => {
  t.same(
    failuresOf(data).map(({ step, atMs }) => [step?.name, atMs]),
    [
      ['the bastion gets the page', 63_040],
      ['gateway-answers', 75_200],
      ['who gets through', 79_200],
      ['the container may use S3 alone', 81_400],
    ],
  )
  const [first] = failuresOf(data)
  t.same(first?.step && hostsOf(first.step), ['bastion'])
  const alone = { ...data, scenarios: [{ ...nginx, steps: [], problem: { code: 'timeout', message: 'no time left' } }] }
  t.same(
    failuresOf(alone).map(({ step }) => step),
    [undefined],
    'a scenario can be red by itself',
  )
})

t.test('steps stand in those that hold them', async (t) => {
  const [launch] = treeOf(nginx)
  t.same([launch?.step.name, launch?.inner.map(({ id }) => id)], ['launch the service', [`${nginx.id}.0.0`]])
  const inside = nginx.steps.find(({ path }) => path.join('.') === '0.0')
  t.same(inside && wayTo(nginx, inside), ['launch the service', 'post the job'])
})

t.test('a query shows what is asked for, with what is around it', async (t) => {
  const show = (words: string, which: Parameters<typeof shownOf>[2]['show'] = 'all') => shownOf(nginx, data.files, { words, show: which })
  t.equal(show(''), 'all')
  t.equal(show('nginx PLATFORM'), 'all', 'words of the scenario itself')
  t.same(show('post job'), new Set([`${nginx.id}.0.0`, `${nginx.id}.0`]))
  t.same(show('nginx 404'), new Set([`${nginx.id}.2`]), 'one word of the scenario, one of a step')
  t.equal(show('no such thing'), 'none')
  t.equal(show('', 'red'), 'all')
  t.equal(shownOf(everything, data.files, { words: '', show: 'red' }), 'none')
  t.equal(shownOf(everything, data.files, { words: '', show: 'warned' }), 'all', 'one that passed on a retry is to be looked at')
})

t.test('addresses are read as they are written', async (t) => {
  for (const address of [
    { id: '', query: { words: '', show: 'all' } },
    { id: 'nginx-answers.2', query: { words: 'a b?&#', show: 'red' } },
  ] as const)
    t.same(readAddress(writeAddress(address)), address)
  t.same(readAddress('#%E0%A4%A?show=nothing'), { id: '%E0%A4%A', query: { words: '', show: 'all' } })
})

t.test('what ran at the same time stands on tracks of its own', async (t) => {
  t.equal(tracksOf(data.scenarios).length, 1)
  const together = [nginx, { ...survives, startMs: nginx.startMs + 1 }]
  t.equal(tracksOf(together).length, 2)
  t.same(
    faultsOf(data).map(({ name }) => name),
    ['restart the master'],
  )
})

t.test('spans outside of the window and those behind others are left out', async (t) => {
  const spans = [0, 0.001, 50, 5000].map((startMs) => ({ startMs, durationMs: 0.001 }))
  t.same(
    visibleSpans(spans, 0, 100, 1000).map(({ x }) => x),
    [0, 500],
  )
  t.same(ticksOf(0, 82_000, 8), [0, 15_000, 30_000, 45_000, 60_000, 75_000])
  t.ok(ticksOf(0, 9e6, 8).length <= 9)
})

t.test('attempts that saw the same are one stretch, and the page counts as the report does', async (t) => {
  const page = nginx.steps.find(({ name }) => name === 'the bastion gets the page')
  t.same(
    page?.polls?.map(({ first, last, seen }) => [first, last, seen]),
    [
      [1, 1, 'connection: refused'],
      [2, 2, 'status: expected 200, got 503'],
      [3, 61, 'status: expected 200, got 404'],
    ],
  )
  t.same(data.steps, countSteps(report))
})
