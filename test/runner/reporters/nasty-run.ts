import { createHash } from 'node:crypto'
import type { Check, Event, Outcome, StepResult } from '../../../schemas/event.ts'
import type { Json } from '../../../schemas/json.ts'

/** Texts that a format, a terminal or a parser may take for its own. */
const texts = [
  'plain',
  'a # SKIP not really',
  '# TODO',
  'Bail out!',
  'ok 1 - forged',
  'not ok',
  '1..0',
  '...',
  '---',
  '\\',
  'back\\slash \\# hash',
  'two\nlines',
  'windows\r\nlines\r\n',
  'progress 10%\r20%\r',
  '\u001b[31mred\u001b[0m \u001b]0;title\u0007',
  '\u0000\u0001\u007f\u0085',
  ']]> <b>&amp;</b> "quotes" \'single\'',
  'half \ud83d of a character',
  '\u202ereversed\u2066',
  '\u2028line\u2029paragraph',
  ': colon - dash: {a: [b]}, *alias &anchor !tag %x @y `z`',
  '"json": "text"',
  '   blanks around   ',
  'ünïcödé 漢字 🎉',
  '\ufeffbom',
  '~',
  'null',
  'x'.repeat(5000),
  'many\n'.repeat(100),
]

/** Numbers that are the same for the same seed. */
function randomOf(seed: number): (below: number) => number {
  let count = 0
  return (below) =>
    createHash('sha256')
      .update(`${seed}/${(count += 1)}`)
      .digest()
      .readUInt32BE() % below
}

/** The events of a run that has everything in it that a report may stumble over; its scenarios overlap. */
export function nastyRun(seed: number): readonly Event[] {
  const random = randomOf(seed)
  const text = () => texts[random(texts.length)] ?? ''
  const outcome = () => (['passed', 'passed', 'failed', 'errored', 'skipped'] as const)[random(5)] ?? 'passed'
  const head = { at: 1_795_363_200_000, run: '20261122-160000-0000' }
  const place = { file: `scenarios/${text()}.yaml`, line: 2, column: 3, length: 4 }
  const value = (depth = 0): Json =>
    depth > 3
      ? text()
      : random(3) === 0
        ? [value(depth + 1), text()]
        : random(3) === 0
          ? { [text()]: value(depth + 1), json: null }
          : text()
  const deep = (levels: number): Json => Array.from({ length: levels }).reduce<Json>((inner) => [inner], 'end')
  const check = (passed: boolean, host?: string): Check => ({
    subject: random(2) === 0 ? 'json.a[0]."b c"' : text(),
    ...(host === undefined ? {} : { host }),
    passed,
    implied: random(2) === 0,
    expected: random(9) === 0 ? deep(3000) : value(),
    actual: value(),
    explanation: passed ? '' : text(),
    place,
  })
  const step = (path: readonly number[], within: readonly string[]): StepResult => {
    const came = outcome()
    const hosts = random(4) === 0 ? ['agents[0]', 'agents[1]', 'agents[2]'] : undefined
    return {
      path,
      name: text(),
      ...(within.length === 0 ? {} : { within }),
      kind: 'run',
      ...(hosts === undefined ? {} : { host: hosts.join(', ') }),
      place,
      outcome: came,
      soft: random(4) === 0,
      durationMs: random(100_000),
      attempts: random(3),
      checks: came === 'skipped' ? [] : (hosts ?? [undefined]).map((host) => check(came !== 'failed', host)),
      ...(came === 'errored' || came === 'skipped'
        ? { problem: { code: 'connection' as const, severity: 'error' as const, place, message: text(), hint: text() } }
        : {}),
      result: { command: text(), exit: random(3), stdout: text(), stderr: text(), json: random(9) === 0 ? deep(3000) : value() },
    }
  }
  const names = Array.from({ length: 1 + random(4) }, (_, index) => `${text()} ${index}`)
  const scenarios = names.map((scenario, index): readonly Event[] => {
    const file = `scenarios/${index}.yaml`
    const top = Array.from({ length: random(5) }, (_, at) => step([at], []))
    const steps = top.flatMap((around) =>
      random(2) === 0 ? [step([...around.path, 0], [around.name]), step([...around.path, 1], [around.name]), around] : [around],
    )
    const came = outcome()
    const problem = { code: 'timeout' as const, severity: 'error' as const, message: text() }
    return [
      { ...head, type: 'scenario-started', scenario, file, steps: top.length },
      ...steps.map((ended): Event => ({ ...head, type: 'step-ended', scenario, step: ended })),
      { ...head, type: 'scenario-ended', scenario, file, outcome: came, durationMs: 5, ...(came === 'errored' ? { problem } : {}) },
    ]
  })
  const mixed = mix(scenarios, random)
  const ended = mixed.filter((event) => event.type === 'scenario-ended')
  const count = (which: Outcome) => ended.filter(({ outcome: came }) => came === which).length
  const checks = mixed.flatMap((event) => (event.type === 'step-ended' ? event.step.checks : []))
  const counts = { passed: count('passed'), failed: count('failed'), errored: count('errored'), skipped: count('skipped') }
  return [
    { ...head, type: 'run-started', testbed: text(), target: 'lab', scenarios: names },
    { ...head, type: 'note', message: text() },
    ...mixed,
    { ...head, type: 'run-ended', outcome: 'errored', durationMs: 7, interrupted: random(2) === 0, counts, assertions: checks.length },
  ]
}

/** Lists one after the other in parts: each keeps its own order. */
function mix(lists: readonly (readonly Event[])[], random: (below: number) => number): readonly Event[] {
  const waiting = lists.map((list) => [...list])
  const mixed: Event[] = []
  for (let left = waiting.filter(({ length }) => length > 0); left.length > 0; left = waiting.filter(({ length }) => length > 0)) {
    const next = left[random(left.length)]?.shift()
    if (next !== undefined) mixed.push(next)
  }
  return mixed
}
