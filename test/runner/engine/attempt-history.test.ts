import t from 'tap'
import { addTried, keptAttempts } from '../../../runner/engine/attempt-history.ts'
import type { Tried } from '../../../schemas/event.ts'
import { buildScenario, buildStep } from '../build-scenario.ts'
import { local, run } from '../local-run.ts'

t.test('the first attempts and the last are kept, whatever their number', async (t) => {
  const many = Array.from({ length: 1000 }, (_, index): Tried => ({ attempt: index + 1, elapsedMs: index, outcome: 'failed', seen: '' }))
  const numbers = many.reduce<readonly Tried[]>(addTried, []).map(({ attempt }) => attempt)
  t.equal(numbers.length, keptAttempts.first + keptAttempts.last)
  t.same(numbers.slice(0, 11), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 961])
  t.equal(numbers.at(-1), 1000)
})

t.test('a step that is tried more than once tells what each attempt came to and saw', async (t) => {
  const mark = `/tmp/titus-bed-history-${process.pid}`
  const script = 'n=$(cat "$MARK" 2>/dev/null || echo 0); n=$((n + 1)); echo $n > "$MARK"; echo "look $n"; test $n -lt 3 || rm "$MARK"'
  const until = { withinMs: 20_000, everyMs: 1 }
  const step = buildStep('script', script, { ...local, env: { MARK: mark }, expect: { stdout: 'look 3' }, until })
  const { report, events } = await run([buildScenario('x', [step, buildStep('run', ['true'], { ...local, until })])])
  const [tried, once] = report.scenarios[0]?.steps ?? []
  t.match(tried, { outcome: 'passed', attempts: 3 })
  t.match(tried?.history, [
    { attempt: 1, outcome: 'failed', seen: /^stdout: .*look 1/ },
    { attempt: 2, outcome: 'failed', seen: /look 2/ },
    { attempt: 3, outcome: 'passed', seen: '' },
  ])
  const times = (tried?.history ?? []).map(({ elapsedMs }) => elapsedMs)
  t.same(
    times,
    times.toSorted((a, b) => a - b),
  )
  t.equal(once?.history, undefined, 'one attempt is told by the step itself')
  t.match(
    events.find((event) => event.type === 'step-ended'),
    { step: { history: [{}, {}, {}] } },
    'the journal has it',
  )
})

t.test('what an attempt saw is masked', async (t) => {
  const until = { withinMs: 500, everyMs: 10 }
  const capture = { token: { from: 'word', secret: true } }
  const step = buildStep('assert', { word: 'other' }, { until, capture })
  const { report } = await run([buildScenario('x', [step], { vars: { word: 'tell-nobody' } })])
  const history = report.scenarios[0]?.steps[0]?.history ?? []
  t.ok(history.length > 1)
  t.notMatch(JSON.stringify(history), 'nobody')
  t.match(history[0]?.seen, /\*\*\*/)
})
