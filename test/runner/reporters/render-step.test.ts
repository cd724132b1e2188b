import t from 'tap'
import { renderFailure, renderOutput, renderReason } from '../../../runner/reporters/render-step.ts'
import { plainPalette } from '../../../runner/reporters/reporter.ts'
import type { Check, StepResult } from '../../../schemas/event.ts'
import type { Json } from '../../../schemas/json.ts'

const place = { file: 'a.yaml', line: 2, column: 3, length: 4 }
function source(): string {
  return 'scenario: a\n- run: x\n  expect: y\n'
}

function step(result: Json, checks: readonly Partial<Check>[] = [], more: Partial<StepResult> = {}): StepResult {
  const base = { passed: false, implied: false, expected: 0, actual: 1, explanation: 'expected 0, got 1', place, subject: 'exit' }
  return {
    path: [0],
    name: 'a long log',
    kind: 'run',
    place,
    outcome: 'failed',
    soft: false,
    durationMs: 1,
    attempts: 1,
    checks: checks.map((check) => ({ ...base, ...check })),
    result,
    ...more,
  }
}

function tell(given: StepResult): string {
  return renderFailure(given, { source, palette: plainPalette })
}

function numbered(count: number, odd: Readonly<Record<number, string>> = {}): string {
  return Array.from({ length: count }, (_, index) => odd[index + 1] ?? `line ${index + 1}`).join('\n')
}

t.test('what is not whole is told before the text itself', async (t) => {
  const result = { command: 'cat log', exit: 0, stdout: 'head', stderr: '', json: null }
  const cut = { stdout: '9 of 12 bytes, in the middle, were left out' }
  t.equal(
    renderOutput(step({ ...result, cut })),
    'command: cat log\nexit: 0\ncut: {"stdout":"9 of 12 bytes, in the middle, were left out"}\nstdout: head',
  )
  t.notMatch(renderOutput(step({ ...result, cut: {} })), 'cut:')
})

t.test('a wrong pattern on five machines is one cause, told in few lines', async (t) => {
  const hosts = Array.from({ length: 5 }, (_, index) => `agents[${index}]`)
  const checks = (explain: (host: string) => string) =>
    hosts.map((host) => ({ host, subject: 'stdout', expected: { matches: '^no$' }, explanation: explain(host) }))
  const results = (stdout: (host: string) => string) =>
    Object.fromEntries(hosts.map((host) => [host, { command: 'docker ps', exit: 0, stdout: stdout(host), stderr: '', json: null }]))
  const same = tell(
    step(
      results(() => numbered(20)),
      checks(() => 'it does not match /^no$/'),
      { host: hosts.join(', ') },
    ),
  )
  t.equal(same.match(/does not match/g)?.length, 1)
  t.match(same, 'agents[0], agents[1], agents[2], agents[3], agents[4]: stdout: it does not match /^no$/ [assertion]')
  t.equal(same.match(/docker ps/g)?.length, 1)
  t.ok(same.split('\n').length <= 30, `${same.split('\n').length} lines`)
  const different = tell(
    step(
      results((host) => `${host}\n${numbered(20)}`),
      checks((host) => `"${host}" does not match`),
    ),
  )
  t.match(different, 'stdout does not hold on 5 hosts\n  agents[0]: "agents[0]" does not match\n  agents[1]:')
  t.match(different, '… and of agents[1], agents[2], agents[3], agents[4], in the JSON report')
  t.ok(different.split('\n').length <= 40, `${different.split('\n').length} lines`)
  const one = tell(
    step(
      results((host) => host),
      checks(() => 'no').slice(3, 4),
    ),
  )
  t.match(one, /agents\[3\]: stdout: no[^]*\nagents\[3\]\n {2}command: docker ps/)
  t.notMatch(one, 'agents[0]', 'where it holds there is nothing to show')
})

t.test('two claims of one host, and claims without a host, are told one by one', async (t) => {
  const both = tell(
    step(null, [
      { host: 'a', explanation: 'x' },
      { host: 'a', explanation: 'x' },
    ]),
  )
  t.equal(both.match(/a: exit: x/g)?.length, 2)
  t.equal(tell(step(null, [{ explanation: 'x' }, { explanation: 'x' }])).match(/exit: x/g)?.length, 2)
})

t.test('a step that another one inside of it decided says which, and nothing else', async (t) => {
  const around = step({}, [], {
    cause: { path: [0, 1], name: 'inner' },
    problem: { code: 'nested', severity: 'error', place, message: '"inner" failed: for a long reason' },
  })
  t.equal(tell(around), '')
  t.equal(renderReason(around), '"inner" failed')
})

t.test('JSON is cut around the path that does not hold', async (t) => {
  const inspected = [
    {
      Id: 'c0ffee',
      State: { Status: 'exited', Running: false, ExitCode: 2, Error: '' },
      Config: { Env: Array.from({ length: 300 }, (_, index) => `VARIABLE_${index}=x`) },
    },
  ]
  const shown = (json: Json, subject: string, key = 'stdout') =>
    renderOutput(step({ [key]: JSON.stringify(json, undefined, 4), json }, [{ subject }]))
  const found = shown(inspected, 'json[0].State.ExitCode')
  t.match(found, /"Status": "exited",\n +"Running": false,\n +"ExitCode": 2,\n +"Error": ""/)
  t.match(found, /… 29\d lines more/)
  t.ok(found.split('\n').length <= 24)
  t.match(shown(inspected, 'length(json[0].Config.Env[?starts_with(@, `X`)])'), /"Config": \{/, 'as far as a path can be told')
  t.match(shown(inspected, 'json[0].State.Health.Status'), '"ExitCode": 2', 'where the path ends, what is there')
  const quoted = [{ Labels: { 'titus.task_id': 'x' }, more: inspected }]
  t.match(shown(quoted, 'json[0].Labels."titus.task_id"', 'body'), '"titus.task_id": "x"')
  const missing = step({ stdout: JSON.stringify(inspected), json: inspected }, [
    { subject: 'capture code', explanation: 'json[0].State.Code finds nothing in the result' },
  ])
  t.match(renderOutput(missing), '"ExitCode": 2')
  const small = { stdout: '{"a":1}', json: { a: 1 } }
  t.equal(renderOutput(step(small, [{ subject: 'json.a' }])), 'stdout: {"a":1}', 'what is short stays as it came')
})

t.test('a text is cut around what must not be in it, otherwise its begin and its end are shown', async (t) => {
  const log = numbered(200, { 90: `${'x'.repeat(2000)}ERROR: here${'y'.repeat(2000)}` })
  const found = renderOutput(step({ stdout: log, json: null }, [{ subject: 'stdout', expected: { not: { contains: 'ERROR' } } }]))
  t.match(found, /… \d+ characters before: x+ERROR: herey+ … \d+ characters more/)
  t.match(found, 'line 91')
  t.notMatch(found, 'line 200')
  const failed = renderOutput(step({ exit: 1, stderr: log }))
  t.match(failed, /line 1\n[^]*line 5\n {2}… 180 lines\n {2}line 186\n[^]*line 200$/)
})

t.test('CR LF ends a line, and no control character gets through', async (t) => {
  const shown = renderOutput(step({ stdout: 'one\r\ntwo\r\r\n\u001b[31mred\u001b[0m 5\u00070%\r100%\u202e', json: null }))
  t.equal(shown, 'stdout:\n  one\n  two\n  red 5\\u00070%\\r100%\\u202e')
  t.match(tell(step(null, [{ explanation: 'differs\n-a\n+a\r' }])), '+a\\r', 'where it is the difference, it is seen')
})
