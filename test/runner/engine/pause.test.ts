import t from 'tap'
import type { AskPerson, PausedStep, PauseChoice } from '../../../runner/engine/pause.ts'
import { buildScenario, buildStep } from '../build-scenario.ts'
import { failing, holding, local, outcomes, run } from '../local-run.ts'

/** Answers with these, in order, and keeps what was asked. */
function answering(...choices: readonly PauseChoice[]): { readonly pause: AskPerson; readonly asked: PausedStep[] } {
  const asked: PausedStep[] = []
  const pause: AskPerson = async (paused) => {
    asked.push(paused)
    return choices[asked.length - 1] ?? 'quit'
  }
  return { pause, asked }
}

t.test('a step that did not pass is asked about, one of setup too, one that is soft or under always not', async (t) => {
  const { pause, asked } = answering('next', 'next')
  const scenario = buildScenario('x', [failing('soft', { soft: true }), failing('one'), holding('two')], {
    setup: [failing('zero'), holding('made')],
    always: [failing('clean')],
    vars: { image: 'nginx' },
  })
  const { report } = await run([scenario], { options: { pause } })
  t.same(
    asked.map(({ step }) => step.name),
    ['zero', 'one'],
  )
  t.same(asked[0]?.variables, { image: 'nginx' })
  t.same(outcomes(report), ['zero failed', 'made passed', 'soft failed', 'one failed', 'two passed', 'clean failed'])
  t.equal(report.outcome, 'failed')
})

t.test('what a step captured before it failed is forgotten when it is run again', async (t) => {
  const { pause, asked } = answering('retry', 'retry')
  const mark = `/tmp/titus-bed-pause-${process.pid}`
  const counts = 'n=$(cat "$MARK" 2>/dev/null || echo 0); echo $((n + 1)) > "$MARK"; test $n -ge 2 && rm "$MARK"'
  const inner = [
    buildStep('run', ['echo', 'x'], { ...local, name: 'captures', capture: { id: 'stdout' } }),
    buildStep('script', counts, { ...local, name: 'holds the third time', env: { MARK: mark } }),
  ]
  const { report } = await run([buildScenario('x', [buildStep('group', [], { name: 'both', more: { steps: inner } }), holding('next')])], {
    options: { pause },
  })
  t.equal(asked.length, 2)
  t.same(outcomes(report), ['both passed', 'captures passed', 'holds the third time passed', 'next passed'])
  t.match(report.scenarios[0]?.steps[0]?.warnings, [/a person ran it again/])
})

t.test('the time of a scenario stands still while a person is asked', async (t) => {
  const slow: AskPerson = async () => {
    await new Promise((resolve) => setTimeout(resolve, 1500))
    return 'next'
  }
  const scenario = buildScenario('x', [failing('one'), holding('two')], { timeoutMs: 1000 })
  const { report } = await run([scenario], { options: { pause: slow } })
  t.same(outcomes(report), ['one failed', 'two passed'])
})

t.test('quit ends the run: no scenario is begun after it', async (t) => {
  const { pause } = answering('quit')
  const { report } = await run([buildScenario('x', [failing('one'), holding('two')]), buildScenario('y', [holding('three')])], {
    options: { pause },
  })
  t.same(outcomes(report), ['one failed', 'two skipped'])
  t.match(report.scenarios[1], { outcome: 'skipped' })
})

t.test('what is asked about is masked', async (t) => {
  const { pause, asked } = answering('quit')
  const step = buildStep('run', ['echo', '${{ TOKEN }}'], { ...local, expect: { stdout: 'other' } })
  const secrets = [{ name: 'TOKEN', place: step.place }]
  await run([buildScenario('x', [step], { secrets })], { options: { pause, secrets: { TOKEN: 'tell-nobody' } } })
  t.match(asked[0]?.variables, { TOKEN: '***' })
  t.notMatch(JSON.stringify(asked), 'nobody')
})
