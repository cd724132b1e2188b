import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import type { Invariant } from '../../../schemas/scenario.ts'
import type { Json } from '../../../schemas/json.ts'
import { buildScenario, buildStep } from '../build-scenario.ts'
import type { StepSource } from '../build-scenario.ts'
import { holding, local, run } from '../local-run.ts'

function invariant(name: string, kind: string, params: Json, source: StepSource & Partial<Omit<Invariant, 'step'>> = {}): Invariant {
  const { everyMs = 10, tolerateMs = 0, isNamed = false, ...more } = source
  return { step: buildStep(kind, params, { timeoutMs: 2000, ...more, name }), everyMs, tolerateMs, isNamed }
}

/** Waits on this computer, by the clock, for a time in which others are polled. */
function lasting(seconds: number, name = 'it lasts', more: StepSource = {}) {
  return buildStep('run', `sleep ${seconds}`, { ...local, ...more, name })
}

const region = { 'testbed.region': 'eu-west-1' }
const mars = { 'testbed.region': 'mars-1' }

t.test('what holds all the time passes, with its polls as data', async (t) => {
  const { report, events } = await run([buildScenario('holds', [lasting(0.2)], { invariants: [invariant('region', 'assert', region)] })])
  const told = report.scenarios[0]?.steps[1]
  t.match(told, { path: [1], name: 'region', kind: 'assert', outcome: 'passed', checks: [{ subject: 'longest gap', passed: true }] })
  t.match(told?.invariant, { untested: 0, share: 1, longestGapMs: 0, gaps: [], everyMs: 10, tolerateMs: 0 })
  t.ok((told?.invariant?.polls ?? 0) >= 3, String(told?.invariant?.polls))
  t.equal(told?.invariant?.held, told?.attempts)
  t.match(
    events.find(({ type }) => type === 'scenario-started'),
    { steps: 2 },
  )
  t.equal(report.assertions, 2)
})

t.test('a gap is told to the millisecond, with what was seen and during which step it began', async (t) => {
  const folder = t.testdir({ ready: '' })
  const file = `${folder}/ready`
  const { report } = await run([
    buildScenario(
      'gap',
      [holding('before'), buildStep('script', `rm ${file}; sleep 0.4; touch ${file}`, { ...local, name: 'take it away' }), lasting(0.2)],
      {
        invariants: [
          invariant('strict', 'run', ['test', '-e', file], local),
          invariant('tolerant', 'run', ['test', '-e', file], { ...local, tolerateMs: 30_000 }),
        ],
      },
    ),
  ])
  const [strict, tolerant] = report.scenarios[0]?.steps.slice(3) ?? []
  t.equal(report.scenarios[0]?.outcome, 'failed')
  t.match(strict, {
    outcome: 'failed',
    invariant: { gaps: [{ verdict: 'false', seen: /exit: expected 0, got 1/, during: 'take it away' }] },
  })
  const [gap] = strict?.invariant?.gaps ?? []
  t.equal(gap?.lastAt, (gap?.firstAt ?? 0) + (gap?.ms ?? 0))
  const time =
    /did not hold for \d+ ms, where 0 ms are tolerated, beginning during "take it away"\nfirst bad poll at \d\d:\d\d:\d\d\.\d{3}Z/
  t.match(strict?.checks[0]?.explanation, time)
  t.match(tolerant, { outcome: 'passed', checks: [{ passed: true }], invariant: { gaps: [{ during: 'take it away' }] } })
  t.ok((tolerant?.invariant?.share ?? 1) < 1)
})

t.test('a server that does not answer is what the claim denies; a machine that cannot be asked is another matter', async (t) => {
  const server = createServer((request, response) => {
    if (request.url === '/') response.end('page')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { report } = await run([
    buildScenario('answers', [lasting(0.1)], {
      invariants: [
        invariant('answered', 'http', { get: `${url}/` }, local),
        invariant('silent', 'http', { get: `${url}/never` }, { ...local, timeoutMs: 100 }),
        invariant('refused', 'http', { get: 'http://127.0.0.1:1/' }, local),
        invariant('no such name', 'http', { get: 'http://nowhere.invalid/' }, local),
        invariant('no such machine', 'run', ['true'], { host: 'nobody' }),
        invariant('too slow', 'run', ['sleep', '20'], { ...local, timeoutMs: 100 }),
        invariant('tolerated for longer than it lasts', 'assert', mars, { tolerateMs: 60_000 }),
      ],
    }),
  ])
  server.closeAllConnections()
  server.close()
  t.strictSame(
    report.scenarios[0]?.steps.slice(1).map(({ name, outcome, problem }) => `${name}: ${outcome} ${problem?.code ?? ''}`),
    [
      'answered: passed ',
      'silent: failed ',
      'refused: failed ',
      'no such name: failed ',
      'no such machine: errored untested',
      'too slow: errored untested',
      'tolerated for longer than it lasts: errored untested',
    ],
  )
  t.match(report.scenarios[0]?.steps[5]?.problem?.message, /could not be tested for \d+ ms.*\n.*\nseen: .*nobody/)
})

t.test('while: the step does not pass beside what does not hold, and keeps its captures for always', async (t) => {
  const { report } = await run([
    buildScenario(
      'while',
      [
        buildStep('run', 'echo found', {
          ...local,
          name: 'first',
          capture: { word: 'stdout' },
          more: { while: [invariant('there', 'assert', region), invariant('not there', 'assert', mars)] },
        }),
        holding('later'),
      ],
      { always: [buildStep('assert', { word: 'found' }, { name: 'clean up' })] },
    ),
  ])
  t.match(report.scenarios[0]?.steps, [
    { path: [0], name: 'first', outcome: 'failed', cause: { path: [0, 1], name: 'not there' }, checks: [{ passed: true }] },
    { path: [0, 0], name: 'there', within: ['first'], outcome: 'passed' },
    { path: [0, 1], name: 'not there', within: ['first'], outcome: 'failed' },
    { name: 'later', outcome: 'skipped' },
    { name: 'clean up', outcome: 'passed' },
  ])
})

t.test('an invariant that was never polled is an error, unless nothing came to it', async (t) => {
  const named = invariant('region', 'assert', region, { isNamed: true })
  const skipped = lasting(0.01, 'skipped', { if: 'testbed.nope', more: { while: [named] } })
  const failing = lasting(0.01, 'fails', { expect: { exit: 1 } })
  const { report } = await run([
    buildScenario('no step polled it', [holding('a'), skipped], { invariants: [named] }),
    buildScenario('polled', [lasting(0.01, 'a', { more: { while: [named] } })], { invariants: [named] }),
    buildScenario('a step failed before', [failing, lasting(0.01, 'a', { more: { while: [named] } })], { invariants: [named] }),
    buildScenario('setup failed', [holding('a')], { setup: [failing], invariants: [invariant('region', 'assert', region)] }),
  ])
  t.match(report.scenarios[0], {
    outcome: 'errored',
    steps: [{}, {}, { name: 'region', outcome: 'errored', problem: { code: 'never-polled' } }],
  })
  t.match(report.scenarios[1], { outcome: 'passed', steps: [{}, { path: [0, 0], name: 'region', outcome: 'passed' }] })
  t.equal(report.scenarios[1]?.steps.length, 2)
  t.match(report.scenarios[2], { outcome: 'failed', steps: [{}, {}, { name: 'region', outcome: 'skipped' }] })
  t.match(report.scenarios[3], { outcome: 'failed', steps: [{}, {}, { name: 'region', outcome: 'skipped' }] })
})

t.test('an interruption ends the polling; what was cut off is not judged', async (t) => {
  const controller = new AbortController()
  const invariants = [invariant('region', 'assert', region), invariant('slow', 'run', ['sleep', '20'], { ...local, timeoutMs: 30_000 })]
  const running = run([buildScenario('cut', [lasting(20)], { invariants, always: [holding('always')] })], { signal: controller.signal })
  controller.abort()
  const { report } = await running
  t.match(report.scenarios[0]?.steps, [
    { outcome: 'skipped' },
    { name: 'always', outcome: 'passed' },
    { name: 'region', outcome: 'skipped' },
    { name: 'slow', outcome: 'skipped' },
  ])
  const limited = await run([
    buildScenario('limit', [lasting(20)], { invariants: [invariant('region', 'assert', region)], timeoutMs: 300 }),
  ])
  t.match(limited.report.scenarios[0], {
    outcome: 'errored',
    steps: [
      { outcome: 'errored', problem: { code: 'scenario-timeout' } },
      { name: 'region', outcome: 'errored', problem: { code: 'scenario-timeout' }, invariant: { share: 1 } },
    ],
  })
})

t.test('what holds later than its budget passes with a warning', async (t) => {
  const file = `${t.testdir()}/count`
  const script = `echo x >>${file}; wc -l <${file}`
  const until = { withinMs: 20_000, everyMs: 60 }
  const step = (name: string, warnAfterMs: number) =>
    buildStep('script', script, { ...local, name, until: { ...until, warnAfterMs }, expect: { json: { gte: 3 } } })
  const { report } = await run([buildScenario('late', [step('late', 50), step('in time', 19_000)])])
  t.match(report.scenarios[0]?.steps[0], { outcome: 'passed', warnings: [/^it held only after \d+ ms, later than warnAfter: 50 ms$/] })
  t.strictSame(report.scenarios[0]?.steps[1]?.warnings, undefined)
})
