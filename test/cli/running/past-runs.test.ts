import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { failedIn, pastDurations, pastRuns } from '../../../cli/running/past-runs.ts'
import { buildScenario } from '../../runner/build-scenario.ts'
import { tempFolder } from '../fake-testbed.ts'

const file = 'scenarios/test.yaml'

function started(scenario: string): string {
  return JSON.stringify({ at: 1, run: 'x', type: 'scenario-started', scenario, file, steps: 1 })
}

function ended(scenario: string, outcome: string, durationMs: number, more = {}): string {
  return JSON.stringify({ at: 2, run: 'x', type: 'scenario-ended', scenario, file, outcome, durationMs, ...more })
}

t.test('what stands in the place of a journal is not waited for', (t) => {
  const folder = tempFolder(t)
  for (const run of ['1', '2', '3']) mkdirSync(join(folder, run))
  execFileSync('mkfifo', [join(folder, '1/journal.jsonl')])
  symlinkSync('/dev/zero', join(folder, '2/journal.jsonl'))
  writeFileSync(join(folder, '3/journal.jsonl'), `${started('a')}\n`)
  t.same(
    [...pastRuns(folder)].map(({ run }) => run),
    ['3'],
  )
  t.end()
})

t.test('the journals tell which scenarios did not pass, and how long each took', async (t) => {
  const folder = tempFolder(t)
  const write = (run: string, ...lines: readonly string[]) => {
    mkdirSync(join(folder, run))
    writeFileSync(join(folder, run, 'journal.jsonl'), `${lines.join('\n')}\n`)
  }
  t.same([...pastRuns(join(folder, 'nowhere'))], [])
  write('20260101-1', started('a'), ended('a', 'passed', 900), started('old'), ended('old', 'passed', 70))
  write('20260102-1', started('a'), ended('a', 'failed', 100), started('b'), ended('b', 'passed', 50), started('c'), '{"type":"scenario-en')
  write('20260102-2', 'nothing that could be read')
  const [last, before] = pastRuns(folder)
  t.equal(last?.run, '20260102-1', 'a journal without scenarios tells nothing')
  t.equal(before?.run, '20260101-1')
  if (last === undefined) return
  const of = (name: string) => buildScenario(name, [])
  t.same(
    ['a', 'b', 'c', 'd'].map((name) => failedIn(last, of(name))),
    [true, false, true, false],
    'what never ended has not passed',
  )
  const lasted = pastDurations(folder)
  t.same(
    ['a', 'b', 'c', 'old', 'd'].map((name) => lasted(of(name))),
    [100, 50, undefined, 70, undefined],
  )
  write('20260102-3', JSON.stringify({ type: 'run-started', shard: '1/2' }), started('a'), ended('a', 'passed', 7000))
  t.equal(pastDurations(folder)(of('a')), 100, 'a part of a run does not count')
  write(
    '20260103-1',
    started('a'),
    ended('a', 'failed', 10, { retried: true }),
    started('a'),
    ended('a', 'passed', 20, { flaky: 'x' }),
    started('b (2)'),
    ended('b (2)', 'errored', 5),
  )
  const [retried] = pastRuns(folder)
  if (retried === undefined) return
  t.same(
    ['a', 'b'].map((name) => failedIn(retried, of(name))),
    [false, true],
    'a repeated scenario has a number behind its name',
  )
})
