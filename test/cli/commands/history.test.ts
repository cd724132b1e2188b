import { appendFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { command as history } from '../../../cli/commands/history.ts'
import { command as run } from '../../../cli/commands/run.ts'
import { addToHistory, historyIn, readHistory } from '../../../cli/history/history-file.ts'
import type { HistoryEntry } from '../../../runner/history/entry.ts'
import type { PageData } from '../../../runner/reporters/html/page-data.ts'
import { invocationIn, problemsOf, tempFolder } from '../fake-testbed.ts'

const day = 86_400_000

/** Twelve runs of a scenario, the last five of them slower, the third on a retry. */
const entries = [10, 11, 9, 10, 12, 10, 11, 20, 21, 19, 22, 20].flatMap((seconds, index): readonly HistoryEntry[] => {
  const own = {
    at: Date.UTC(2026, 10, 1) + index * day,
    run: `run-${index}`,
    scenario: 'nginx answers',
    file: 'a.yaml',
    durationMs: seconds * 1000,
  }
  const waits = [{ step: 'launch › it answers', outcome: 'passed', attempts: 4, ms: seconds * 500 }] as const
  if (index === 2)
    return [
      { ...own, outcome: 'failed', retried: true, waits: [] },
      { ...own, outcome: 'passed', flaky: true, waits },
    ]
  return [{ ...own, outcome: 'passed', waits }]
})

async function type(folder: string, options: Readonly<Record<string, unknown>> = {}) {
  const { invocation, out } = invocationIn(folder, { options })
  t.equal(await history.run(invocation), 0)
  return out()
}

/** A folder with a testbed that was run on. */
function folderWith(
  t: Parameters<typeof tempFolder>[0],
  lines: readonly HistoryEntry[],
): { readonly folder: string; readonly file: string } {
  const folder = tempFolder(t)
  const workspace = join(folder, '.titus-bed/blue')
  mkdirSync(join(workspace, 'runs/20261122-160000-0000001'), { recursive: true })
  writeFileSync(join(workspace, 'runs/20261122-160000-0000001/journal.jsonl'), '')
  const file = historyIn(workspace)
  for (const line of lines) addToHistory(file, line)
  return { folder, file }
}

t.test('every scenario: how often it held, how long it took, what got slower', async (t) => {
  const { folder } = folderWith(t, entries)
  const lines = (await type(folder)).split('\n')
  t.match(lines[0], /^scenario +runs +passed +flaky +median +95 % +latest$/)
  t.match(lines[1], /^nginx answers +12 +100 % +8 % +12\.0 s +22\.0 s +[▁▂▃]+[▆▇█]+$/)
  t.equal(lines[2], 'slower since 2026-11-08 (run run-7): nginx answers: 10.0 s before, 20.0 s after')
})

t.test('one scenario, with what it waits for', async (t) => {
  const { folder } = folderWith(t, entries)
  const out = await type(folder, { scenario: 'nginx answers' })
  t.match(out, /^until it held +times +median +95 % +latest\nlaunch › it answers +12 +5\.5 s +11\.0 s +/m)
  t.match(out, /slower since 2026-11-08 \(run run-7\): launch › it answers: 5\.0 s before, 10\.0 s after/)
  const [json] = JSON.parse(await type(folder, { json: true })) as readonly object[]
  t.match(json, { scenario: 'nginx answers', runs: 12, flaky: 1, waits: { 'launch › it answers': { count: 12 } } })
  t.match(await problemsOf(type(folder, { scenario: 'nginx answer' })), [{ code: 'nothing-selected', hint: /nginx answers/ }])
  t.match(await problemsOf(type(folder, { testbed: 'green' })), [{ code: 'no-such-run', message: 'there is no history of green' }])
  t.match(await problemsOf(type(tempFolder(t))), [{ code: 'no-such-run', message: 'nothing was run here' }])
})

t.test('half a last line is left out, and the next entry begins behind it', async (t) => {
  const { file } = folderWith(t, entries.slice(0, 2))
  appendFileSync(file, '{"at":1,"run":"ha')
  t.equal(readHistory(file).length, 2)
  addToHistory(file, entries[3] as HistoryEntry)
  t.same(readHistory(file).at(-1), entries[3])
  t.equal(readHistory(file).length, 3)
  t.equal(statSync(file).mode & 0o777, 0o600)
  appendFileSync(file, 'null\n[]\n{"scenario":1}\n')
  t.equal(readHistory(file).length, 3)
})

t.test('a run adds to it, warns by it, and shows it in its page', async (t) => {
  const folder = tempFolder(t)
  const script = 'sleep 0.2; test -e \\"$0\\" || { touch \\"$0\\"; exit 1; }'
  const step = `{ name: it is there, host: local, run: [sh, -c, "${script}", '${join(folder, 'there')}'], until: { within: 20s, every: 10ms, warnAfter: auto } }`
  writeFileSync(join(folder, 'a.yaml'), `scenario: it comes\nsteps:\n  - ${step}\n`)
  const typeRun = async () => {
    const { invocation, out } = invocationIn(folder, { arguments: ['a.yaml'], options: { allowLocal: true } })
    t.equal(await run.run(invocation), 0)
    return out()
  }
  t.notMatch(await typeRun(), /warning/, 'of what nothing is known nothing is late')
  const file = historyIn(join(folder, '.titus-bed/local'))
  const [first] = readHistory(file)
  t.match(first, { scenario: 'it comes', outcome: 'passed', waits: [{ step: 'it is there', outcome: 'passed', attempts: Number }] })
  if (first === undefined) return
  const [wait] = first.waits
  // The latest fifty say what is usual.
  for (let times = 0; times < 50; times += 1) addToHistory(file, { ...first, waits: wait === undefined ? [] : [{ ...wait, ms: 20 }] })
  t.match(await typeRun(), /warning: it held only after \d+ ms, later than past runs let expect, warnAfter: auto: 30 ms/)
  t.equal(readHistory(file).length, 52)
  const runs = JSON.parse(JSON.stringify(readHistory(file).at(-1))) as HistoryEntry
  const page = readFileSync(join(folder, '.titus-bed/local/runs', runs.run, 'report.html'), 'utf8')
  const data = JSON.parse(/<script type="application\/json" id="data">(.*)<\/script>/.exec(page)?.[1] ?? '') as PageData
  t.match(data.scenarios[0], { past: { runs: 52, passed: 52, flaky: 0 }, steps: [{ past: { count: 52, medianMs: 20 } }] })
})
