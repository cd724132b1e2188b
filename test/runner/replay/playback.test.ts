import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { createPlayback } from '../../../runner/replay/playback.ts'
import { readRecord } from '../../../runner/replay/record.ts'
import { whyUnknown } from '../../../runner/replay/why-unknown.ts'
import type { Event } from '../../../schemas/event.ts'
import { parseJson, renderJson } from '../../../schemas/json-text.ts'
import type { Scenario, Step } from '../../../schemas/scenario.ts'
import { buildScenario, buildStep } from '../build-scenario.ts'
import { holding, local, run } from '../local-run.ts'

/** Judges the steps of a scenario by the journal of a run, and gives `NAME OUTCOME` of each with the code of its problem. */
async function judge(events: readonly Event[], steps: readonly Step[], more: Partial<Omit<Scenario, 'vars'>> = {}) {
  const journal = events.map((event) => parseJson(renderJson(event)) as unknown as Event)
  const playback = createPlayback(readRecord(journal), new Map([['test', 'test']]))
  const { report } = await run([buildScenario('test', steps, more)], { options: { playback } })
  return report.scenarios.flatMap(({ steps: told }) =>
    told.map(({ name, outcome, problem }) => [name, outcome, ...(problem === undefined ? [] : [problem.code])].join(' ')),
  )
}

async function runOnce(steps: readonly Step[], more: Partial<Omit<Scenario, 'vars'>> = {}, options: object = {}) {
  return await run([buildScenario('test', steps, more)], { options })
}

function temporary(t: { teardown: (end: () => void) => void }): string {
  const folder = mkdtempSync(join(tmpdir(), 'replay-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  return folder
}

t.test('what a step saw is judged by what is expected now, and nothing is done again', async (t) => {
  const folder = temporary(t)
  const asks = (more: object) =>
    buildStep('script', `echo done >> ${folder}/log; echo '{"a": {"b": 7}}'`, { ...local, name: 'asks', ...more })
  const { events } = await runOnce([asks({ expect: { 'json.a': 7 } })])
  t.same(await judge(events, [asks({ expect: { 'json.a': 7 } })]), ['asks failed'])
  t.same(await judge(events, [asks({ expect: { 'json.a.b': 7 }, capture: { b: 'json.a.b' } }), buildStep('assert', { b: 7 })]), [
    'asks passed',
    'assert passed',
  ])
  t.same(await judge(events, [asks({ expect: { 'json.a.b': 8 } })]), ['asks failed'])
  t.same(await judge(events, [asks({ expect: { 'keys(exit)': 8 } })]), ['asks errored expression'])
  t.equal(readFileSync(join(folder, 'log'), 'utf8'), 'done\n')
})

t.test('what the run did not do is said, and the steps behind it are judged', async (t) => {
  const says = (text: string, more: object = {}) => buildStep('run', ['echo', text], { ...local, name: 'says', ...more })
  const { events } = await runOnce([says('one', { expect: { stdout: 'one' } }), holding('it holds')])
  const cases: readonly (readonly [Step, string])[] = [
    [says('one'), 'says passed'],
    [says('two'), 'says errored not-recorded'],
    [says('one', { env: { A: 'b' } }), 'says errored not-recorded'],
    [says('one', { name: 'renamed' }), 'renamed passed'],
    [buildStep('script', 'echo one', { ...local, name: 'says' }), 'says errored not-recorded'],
    [buildStep('run', 'uptime', { ...local, name: 'new' }), 'new errored not-recorded'],
  ]
  for (const [step, told] of cases) t.same(await judge(events, [step, holding('it holds')]), [told, 'it holds passed'], told)
})

t.test('a file that goes into a step is a part of what was done', async (t) => {
  const folder = temporary(t)
  const file = join(folder, 'page.html')
  writeFileSync(file, 'one')
  const copies = buildStep('copy', { put: file, to: join(folder, 'there') }, { ...local, name: 'copies', expect: { bytes: 3 } })
  const { events } = await runOnce([copies])
  t.same(await judge(events, [copies]), ['copies passed'])
  writeFileSync(file, 'two')
  t.same(await judge(events, [copies]), ['copies errored not-recorded'])
})

t.test('what was masked, or is not kept whole, is not judged', async (t) => {
  const secrets = { TOKEN: 'hunter2222' }
  const more = { secrets: [{ name: 'TOKEN', place: holding('x').place }] }
  const tells = (expect: object) =>
    buildStep('script', 'echo "it is $T today"; echo fine >&2', { ...local, name: 'tells', env: { T: '${{ TOKEN }}' }, expect } as object)
  const { events } = await runOnce([tells({ stderr: 'fine' })], more, { secrets })
  t.notMatch(JSON.stringify(events), 'hunter2222')
  const again = async (expect: object) => {
    const playback = createPlayback(readRecord(events), new Map([['test', 'test']]))
    const { report } = await runOnce([tells(expect)], more, { secrets, playback })
    return report.scenarios[0]?.steps.map(({ outcome, problem }) => problem?.code ?? outcome)
  }
  t.same(await again({ stderr: 'fine' }), ['passed'])
  t.same(await again({ stdout: { contains: 'today' } }), ['passed'], 'what stands beside the secret is there')
  t.same(await again({ stdout: 'it is hunter2222 today' }), ['incomplete'])
  t.same(await again({ stdout: { not: { contains: 'hunter' } } }), ['incomplete'])

  const long = (expect: object) =>
    buildStep('script', 'seq 1 40000; echo end >&2', { ...local, name: 'long', maxOutputBytes: 1_000_000, expect } as object)
  const { events: ofLong } = await runOnce([long({ stderr: 'end' })])
  t.same(await judge(ofLong, [long({ stderr: 'end' })]), ['long passed'])
  t.same(await judge(ofLong, [long({ stdout: { contains: '\n7\n' } })]), ['long errored incomplete'])
})

t.test('each attempt is judged; that a longer wait would not have helped is not known', async (t) => {
  const folder = temporary(t)
  const counts = (wanted: string, withinMs = 60_000) =>
    buildStep('script', `echo x >> ${folder}/count; wc -l < ${folder}/count`, {
      ...local,
      name: 'counts',
      expect: { stdout: wanted },
      until: { withinMs, everyMs: 150 },
    })
  const { events } = await runOnce([counts('3')])
  t.same(await judge(events, [counts('3')]), ['counts passed'])
  t.same(await judge(events, [counts('2')]), ['counts passed'], 'what the second one saw')
  t.same(await judge(events, [counts('4')]), ['counts errored not-recorded'], 'what it would have seen later')
  const { events: ofFailed } = await runOnce([counts('no', 600)])
  t.same(await judge(ofFailed, [counts('neither', 600)]), ['counts failed'])
  t.same(await judge(ofFailed, [counts('neither', 60_000)]), ['counts errored not-recorded'])
})

t.test('whether more would have been seen', async (t) => {
  const attempt = (number: number, elapsedMs: number, alike = 0) => ({ attempt: number, elapsedMs, alike })
  const failed = { outcome: 'failed', withinMs: 1000, attempts: 4 } as const
  t.equal(whyUnknown(failed, [attempt(1, 10, 2), attempt(4, 1000)], { withinMs: 1000 }, ''), undefined)
  t.match(whyUnknown(failed, [attempt(1, 10), attempt(4, 1000)], { withinMs: 1000 }, ''), 'attempts 2 to 3 are not kept')
  t.match(whyUnknown({ ...failed, outcome: 'passed' }, [attempt(1, 10)], { withinMs: 1000 }, ''), 'it held then')
})

t.test('a grid is judged by its claims as they are now', async (t) => {
  const server = createServer((socket) => socket.end())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const grid = (expected: string, at = port) =>
    buildStep('reach', { from: ['local'], to: { it: `127.0.0.1:${at}` }, expect: { local: { it: expected } } }, { name: 'grid' })
  const { events } = await runOnce([grid('open')])
  server.close()
  t.same(await judge(events, [grid('open')]), ['grid passed'])
  t.same(await judge(events, [grid('closed')]), ['grid failed'])
  t.same(await judge(events, [grid('open', 1)]), ['grid errored not-recorded'])
})

t.test('an invariant stands as it was polled, as long as it claims the same', async (t) => {
  const claims = (text: string): Partial<Omit<Scenario, 'vars'>> => ({
    invariants: [
      {
        step: buildStep('run', ['echo', 'up'], { ...local, name: 'it is up', expect: { stdout: text } }),
        everyMs: 10,
        tolerateMs: 0,
        isNamed: false,
      },
    ],
  })
  const { events } = await runOnce([holding('it holds')], claims('up'))
  t.same(await judge(events, [holding('it holds')], claims('up')), ['it holds passed', 'it is up passed'])
  t.same(await judge(events, [holding('it holds')], claims('down')), ['it holds passed', 'it is up errored not-recorded'])
})

t.test('an error is what it was, and what did not run is not known', async (t) => {
  const fails = buildStep('run', ['sleep', '9'], { ...local, name: 'sleeps', timeoutMs: 50 })
  const after = buildStep('run', ['echo', 'x'], { ...local, name: 'after', expect: { stdout: 'x' } })
  const { events } = await runOnce([fails, after])
  t.same(await judge(events, [fails, after]), ['sleeps errored timeout', 'after skipped skipped'])
  t.same(await judge(events, [after]), ['after errored not-recorded'])
})
