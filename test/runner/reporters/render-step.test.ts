import t from 'tap'
import { renderOutput } from '../../../runner/reporters/render-step.ts'
import type { StepResult } from '../../../schemas/event.ts'

t.test('what is not whole is told before the text itself', async (t) => {
  const step: StepResult = {
    path: [0],
    name: 'a long log',
    kind: 'run',
    place: { file: 'a.yaml', line: 1, column: 1, length: 1 },
    outcome: 'errored',
    soft: false,
    durationMs: 1,
    attempts: 1,
    checks: [],
    result: {
      command: 'cat log',
      exit: 0,
      stdout: 'head',
      stderr: '',
      json: null,
      cut: { stdout: '9 of 12 bytes, in the middle, were left out' },
    },
  }
  t.equal(renderOutput(step), 'command: cat log\nexit: 0\ncut: {"stdout":"9 of 12 bytes, in the middle, were left out"}\nstdout: head')
  t.notMatch(renderOutput({ ...step, result: { ...(step.result as object), cut: {} } }), 'cut:')
})
