import t from 'tap'
import { createTimeline } from '../../../runner/timeline/timeline.ts'
import { mergeMoments } from '../../../runner/timeline/moment.ts'
import { selectMoments, stepsOf } from '../../../runner/timeline/select-moments.ts'
import { describeMoments } from '../../../runner/reporters/html/describe-moments.ts'
import { sampleRun } from '../reporters/html/sample-run.ts'
import type { Event } from '../../../schemas/event.ts'

const [start] = sampleRun
const since = start?.at ?? 0

/** What the gateway told when the first scenario had failed: its clock is a minute ahead. */
const evidence: Event = {
  at: since + 30_000,
  run: 'r',
  type: 'evidence',
  scenario: 'nginx answers on its own VPC address',
  evidence: {
    ms: 100,
    bytes: 10,
    missing: [],
    skews: { gateway: 60_000 },
    files: ['journal', 'unit-nginx.service'].map((name) => ({ host: 'gateway', name, path: `/${name}`, bytes: 1, tail: '' })),
  },
}
function stamp(ms: number): string {
  return new Date(since + ms).toISOString().replace('Z', '+0000')
}

const journal = [
  `${stamp(60_000 - 5000)} host nginx[1]: before the run`,
  `${stamp(60_000 + 12_000)} host nginx[1]: it is asked`,
  `${stamp(60_000 + 13_000)} host sshd[2]: a log-in`,
].join('\n')
const unit = `${stamp(60_000 + 12_000)} host nginx[1]: it is asked`

function timelineOf() {
  const timeline = createTimeline(({ name }) => (name === 'journal' ? journal : unit))
  sampleRun.concat(evidence).forEach(timeline.see)
  return timeline.moments()
}

t.test('everything with a stamp stands in the order of time, each once', async (t) => {
  const moments = timelineOf()
  t.same(
    moments.map(({ at }) => at),
    moments.map(({ at }) => at).toSorted((a, b) => a - b),
  )
  t.same(
    moments.filter(({ kind }) => kind === 'journal').map(({ at, unit: of, text }) => [at - since, of, text]),
    [
      [12_000, 'nginx.service', 'nginx: it is asked'],
      [13_000, 'sshd', 'sshd: a log-in'],
    ],
    'with the clock set right, without what was before the run, and of the unit that has it',
  )
  for (const kind of ['run', 'scenario', 'step', 'poll', 'invariant', 'fault'])
    t.ok(
      moments.some((moment) => moment.kind === kind),
      kind,
    )
  t.equal(mergeMoments([[{ at: 1, kind: 'note', text: 'x'.repeat(9000) }]], 0)[0]?.text.length, 2001)
})

t.test('a poll is of its step, and of its machine', async (t) => {
  const timeline = createTimeline(() => undefined)
  const place = { file: 'a.yaml', line: 1, column: 1, length: 1 }
  const head = { at: 5, run: 'r', scenario: 's', path: [0] }
  timeline.see({ ...head, type: 'step-started', name: 'it waits', within: ['around'], kind: 'http', host: 'gateway', place })
  timeline.see({ ...head, type: 'poll', attempt: 1, elapsedMs: 3, last: 'status: expected 200, got 503' })
  t.match(timeline.moments()[1], {
    kind: 'poll',
    host: 'gateway',
    step: 'around › it waits',
    text: 'attempt 1: status: expected 200, got 503',
  })
})

t.test('what is seen later has its place, too', async (t) => {
  const timeline = createTimeline(() => undefined)
  sampleRun.slice(0, 3).forEach(timeline.see)
  const before = timeline.moments()
  t.equal(timeline.moments(), before, 'nothing is put in order twice')
  sampleRun.slice(3, 9).forEach(timeline.see)
  t.ok(timeline.moments().length > before.length)
})

t.test('a part of it by machine, unit, time and step', async (t) => {
  const moments = timelineOf()
  const texts = (query: Parameters<typeof selectMoments>[1]) => selectMoments(moments, query)?.map(({ text }) => text)
  t.same(texts({ host: 'gateway', unit: 'nginx' }), ['nginx: it is asked'])
  t.same(texts({ unit: 'sshd' }), ['sshd: a log-in'])
  t.ok((texts({ since: since + 12_500 })?.length ?? 0) < moments.length)
  const [name = ''] = stepsOf(moments)
  t.ok(texts({ around: name.slice(2).toUpperCase() })?.length)
  t.equal(texts({ around: 'no such step' }), undefined)
})

t.test('a page has what is near the first failure', async (t) => {
  const many = Array.from({ length: 4000 }, (_, ms) => ({ at: since + ms, kind: 'journal' as const, host: 'gateway', text: `line ${ms}` }))
  const step = { path: [0], name: 's', kind: 'run', place: [0, 1, 1, 1], standing: 'failed', startMs: 2900, durationMs: 100 } as const
  const scenario = { id: 's', name: 's', file: 0, outcome: 'failed', startMs: 0, durationMs: 1, steps: [step] } as const
  const kept = describeMoments(many, [scenario], since)
  t.equal(kept.length, 1500)
  const activity = { at: since, kind: 'aws', host: 'aws', unit: 'titusagent', text: 'Launching a new EC2 instance: i-1 began' } as const
  t.match(describeMoments([...many, activity], [scenario], since).at(-1), { host: 'aws', text: `titusagent: ${activity.text}` })
  t.ok(kept.some(({ text }) => text === 'line 3000') && !kept.some(({ text }) => text === 'line 0'))
})
