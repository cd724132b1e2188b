import { readFileSync, writeFileSync } from 'node:fs'
import t from 'tap'
import type { Test } from 'tap'
import { foldEvent, emptyReport } from '../../../runner/report.ts'
import { reporterKinds } from '../../../runner/reporters/index.ts'
import { plainPalette } from '../../../runner/reporters/reporter.ts'
import type { ReporterOptions } from '../../../runner/reporters/reporter.ts'
import type { Event, StepResult } from '../../../schemas/event.ts'

const source =
  'scenario: nginx answers\nsteps:\n  - name: the page\n    host: bastion\n    http: { get: "http://30.0.100.9/" }\n    expect: { status: 200 }\n'
function place(line: number, column: number, length: number) {
  return { file: 'scenarios/nginx.yaml', line, column, length }
}
const options: ReporterOptions = {
  source: () => source,
  palette: plainPalette,
  again: (files) => `titus-bed run ${files.join(' ')}`,
}

function step(path: readonly number[], name: string, more: Partial<StepResult> = {}): StepResult {
  return {
    path,
    name,
    kind: 'run',
    place: place(3, 5, 4),
    outcome: 'passed',
    soft: false,
    durationMs: 120,
    attempts: 1,
    checks: [{ subject: 'exit', passed: true, implied: true, expected: 0, actual: 0, explanation: '', place: place(3, 5, 4) }],
    ...more,
  }
}

const failed = step([2], 'the page', {
  kind: 'http',
  host: 'bastion',
  outcome: 'failed',
  attempts: 12,
  durationMs: 60_040,
  checks: [
    {
      subject: 'status',
      passed: false,
      implied: false,
      expected: 200,
      actual: 404,
      explanation: 'expected 200, got 404',
      place: place(6, 23, 3),
    },
    {
      subject: 'body',
      passed: false,
      implied: false,
      expected: 'a\nb',
      actual: 'a\nc',
      explanation: 'differs from what is expected\n-b\n+c',
      place: place(6, 5, 6),
    },
  ],
  result: {
    request: 'GET http://30.0.100.9/',
    status: 404,
    headers: {},
    body: `\u001b[31m<not> ]]> & found\u0001\n---\n...\nlast`,
    json: null,
    duration: 0.01,
  },
})

const head = { at: 1_795_363_200_000, run: '20261122-160000-0000' }
const events: readonly Event[] = [
  { ...head, type: 'run-started', testbed: 'titus', target: 'lab', scenarios: ['nginx # answers', 'broken'] },
  { ...head, type: 'scenario-started', scenario: 'nginx # answers', file: 'scenarios/nginx.yaml', steps: 5 },
  { ...head, type: 'step-started', scenario: 'nginx # answers', path: [0], name: 'launch', kind: 'use', place: place(3, 5, 4) },
  { ...head, type: 'note', message: 'gateway: it prints # before each <command>' },
  { ...head, type: 'step-ended', scenario: 'nginx # answers', step: step([0, 0], 'post the job', { within: ['launch'], host: 'gateway' }) },
  {
    ...head,
    type: 'step-ended',
    scenario: 'nginx # answers',
    step: step([0], 'launch', { kind: 'use', checks: [], warnings: ['it held only after 25.3 s, later than # warnAfter: 20.0 s'] }),
  },
  {
    ...head,
    type: 'step-ended',
    scenario: 'nginx # answers',
    step: step([1], 'log line', {
      outcome: 'failed',
      soft: true,
      checks: [
        { subject: 'exit', passed: false, implied: true, expected: 0, actual: 1, explanation: 'expected 0, got 1', place: place(3, 5, 4) },
      ],
      result: { command: 'grep x', exit: 1 },
    }),
  },
  {
    ...head,
    at: head.at + 100,
    type: 'step-started',
    scenario: 'nginx # answers',
    path: [2],
    name: 'the page',
    kind: 'http',
    host: 'bastion',
    place: place(3, 5, 4),
  },
  {
    ...head,
    at: head.at + 2100,
    type: 'poll',
    scenario: 'nginx # answers',
    path: [2],
    attempt: 3,
    elapsedMs: 2000,
    last: 'status: expected 200, got 404',
  },
  { ...head, type: 'step-ended', scenario: 'nginx # answers', step: failed },
  {
    ...head,
    type: 'step-ended',
    scenario: 'nginx # answers',
    step: step([3], 'after', {
      outcome: 'skipped',
      checks: [],
      attempts: 0,
      durationMs: 0,
      problem: { code: 'skipped', severity: 'note', message: '"the page" failed' },
    }),
  },
  ...[true, false].map((passed): Event => {
    const ms = passed ? 204 : 1204
    return {
      ...head,
      type: 'step-ended',
      scenario: 'nginx # answers',
      step: step([passed ? 5 : 6], passed ? 'gateway-answers' : 'page-answers', {
        kind: 'http',
        host: 'gateway',
        outcome: passed ? 'passed' : 'failed',
        attempts: 312,
        durationMs: 62_400,
        checks: [
          {
            subject: 'longest gap',
            passed,
            implied: false,
            expected: 'at most 500 ms',
            actual: `${ms} ms`,
            explanation: passed ? '' : 'did not hold for 1204 ms, where 500 ms are tolerated\nseen: status: expected 200, got 503',
            place: place(4, 5, 4),
          },
        ],
        invariant: {
          everyMs: 200,
          tolerateMs: 500,
          polls: 312,
          held: 310,
          untested: 1,
          share: 310 / 312,
          longestGapMs: ms,
          gaps: [{ firstAt: head.at, lastAt: head.at + ms, ms, polls: 2, verdict: 'false', seen: 'status: expected 200, got 503' }],
        },
      }),
    }
  }),
  {
    ...head,
    type: 'step-ended',
    scenario: 'nginx # answers',
    step: step([4], 'clean up', {
      outcome: 'errored',
      checks: [],
      problem: {
        code: 'unknown-host',
        severity: 'error',
        place: place(4, 11, 7),
        message: 'no host basion in testbed titus',
        hint: 'did you mean "bastion"?',
      },
    }),
  },
  { ...head, type: 'scenario-ended', scenario: 'nginx # answers', file: 'scenarios/nginx.yaml', outcome: 'errored', durationMs: 61_000 },
  { ...head, type: 'scenario-started', scenario: 'broken', file: 'scenarios/broken.yaml', steps: 1 },
  {
    ...head,
    type: 'scenario-ended',
    scenario: 'broken',
    file: 'scenarios/broken.yaml',
    outcome: 'errored',
    durationMs: 1,
    problem: { code: 'expression', severity: 'error', message: '${{ x }} has no value' },
  },
  {
    ...head,
    type: 'run-ended',
    outcome: 'errored',
    durationMs: 61_020,
    interrupted: true,
    counts: { passed: 0, failed: 0, errored: 2, skipped: 0 },
    assertions: 4,
  },
]
const report = events.reduce(foldEvent, emptyReport)

/** Everything that a reporter says and writes. */
function drive(name: string, given = events): string {
  const reporter = reporterKinds[name]?.create(options)
  const said = given.map((event) => reporter?.onEvent?.(event) ?? '').join('')
  return said + (reporter?.finish?.(given.reduce(foldEvent, emptyReport)) ?? '')
}

const eraseLine = '\r\u001b[2K'

/** What a terminal shows in the end: an erased line is gone. */
function display(text: string): string {
  return text.split(eraseLine).reduce((shown, piece) => shown.slice(0, shown.lastIndexOf('\n') + 1) + piece)
}

/** Compares with a file of the golden folder, which UPDATE_GOLDEN=1 rewrites. */
function golden(t: Test, name: string, text: string): void {
  const path = new URL(`./golden/${name}`, import.meta.url)
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(path, text)
  t.equal(text, readFileSync(path, 'utf8'))
}

t.test('spec: lines for a log', async (t) => golden(t, 'spec.txt', drive('spec')))

t.test('spec: scenarios that run at the same time do not mix', async (t) => {
  const of = (scenario: string, path: number) =>
    ({ ...head, type: 'step-ended', scenario, step: step([path], `${scenario}${path}`) }) as const
  const begin = (scenario: string) => ({ ...head, type: 'scenario-started', scenario, file: 'f.yaml', steps: 2 }) as const
  const end = (scenario: string) =>
    ({ ...head, type: 'scenario-ended', scenario, file: 'f.yaml', outcome: 'passed', durationMs: 1 }) as const
  const reporter = reporterKinds['spec']?.create(options)
  const mixed = [
    begin('a'),
    begin('b'),
    begin('c'),
    of('b', 0),
    of('a', 0),
    of('c', 0),
    end('b'),
    of('a', 1),
    end('a'),
    of('c', 1),
    end('c'),
  ]
  const said = mixed.map((event) => reporter?.onEvent?.(event) ?? '')
  t.same(said.join('').match(/\b[abc]\d\b/g), ['a0', 'a1', 'b0', 'c0', 'c1'])
  t.match(said[4], /a0/, 'the first speaks at once')
  t.match(said[9], /c1/, 'and the next one, when it has become the first')
})

t.test('TAP', async (t) => {
  golden(t, 'tap.txt', drive('tap'))
  golden(t, 'tap13.txt', drive('tap13'))
})

t.test('JUnit', async (t) => {
  const text = drive('junit')
  golden(t, 'junit.xml', text)
  // oxlint-disable-next-line no-control-regex
  t.notMatch(text, /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/, 'no character that XML forbids')
})

t.test('JSON is the report', async (t) => t.same(JSON.parse(drive('json')), report))

t.test('live: the same lines, and one that moves', async (t) => {
  const reporter = reporterKinds['live']?.create(options)
  const said = events.slice(0, 9).map((event) => reporter?.onEvent?.(event) ?? '')
  const last = said.at(-1) ?? ''
  const [start, end] = ['\u001b[?7l', '\u001b[?7h']
  t.ok(last.startsWith(eraseLine + start) && last.endsWith(end), 'the terminal cuts it')
  t.match(last, /⠋ \[2\/5\] the page from bastion 2\.0 s, attempt 3: status/)
  t.match(reporter?.onTick?.(head.at + 5100), /⠙ \[2\/5\] the page from bastion 5\.0 s/)
  const rest = events.slice(9).map((event) => reporter?.onEvent?.(event) ?? '')
  t.equal(display([...said, ...rest].join('')), drive('spec'), 'when all is over, the moving line has left no trace')
  t.equal(reporter?.onTick?.(head.at), undefined, 'nothing moves when nothing runs')
})

t.test('a run that asserted nothing is red in every format', async (t) => {
  const ended = events.at(-1)
  const empty = [...events.slice(0, 1), ...(ended?.type === 'run-ended' ? [{ ...ended, assertions: 0 }] : [])]
  t.match(drive('junit', empty), /failures="1"/)
  for (const name of ['tap', 'tap13']) t.match(drive(name, empty), /^not ok 1 [^]*the run is red[^]*\n1\.\.1\n/m)
  t.match(drive('spec', empty), 'the run is red')
})
