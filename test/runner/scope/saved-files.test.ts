import t from 'tap'
import { createMask } from '../../../runner/scope/mask.ts'
import { evaluateSaved } from '../../../runner/scope/saved-files.ts'
import { createScope } from '../../../runner/scope/scope.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import { toEntries } from '../build-scenario.ts'
import { evaluation } from '../local-run.ts'

function evaluate(save: JsonObject, host?: string) {
  return evaluateSaved(toEntries(save), host, createScope({ name: 'all', none: null, count: 3 }, createMask()), evaluation)
}

t.test('files have the names that the step gives; of several hosts each has its own', async (t) => {
  t.same(await evaluate({ stdout: 'out/${{ name }}.log', stderr: 'err' }), { stdout: 'out/all.log', stderr: 'err' })
  t.same(await evaluate({ stdout: 'a.b/c.log', stderr: 'a.b/err' }, 'agents[0]'), {
    stdout: 'a.b/c.agents[0].log',
    stderr: 'a.b/err.agents[0]',
  })
  t.same(await evaluate({}), {})
})

t.test('a path is a text', async (t) => {
  await t.rejects(evaluate({ stdout: '${{ count }}' }), { code: 'bad-parameter', message: /the path to save stdout in is no text/ })
  await t.rejects(evaluate({ stdout: '' }), { code: 'bad-parameter' })
})
