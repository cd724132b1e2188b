import t from 'tap'
import { renderHistory } from '../../../runner/reporters/render-history.ts'
import { plainPalette } from '../../../runner/reporters/reporter.ts'
import type { Tried } from '../../../schemas/event.ts'

/** Attempts a second apart, by what they saw; `+` held, `!` could not tell. */
function attempts(...seen: readonly string[]): readonly Tried[] {
  return seen.map((text, index) => {
    const outcome = text === '+' ? 'passed' : text.startsWith('!') ? 'errored' : 'failed'
    return { attempt: index + 1, elapsedMs: 1000 * (index + 1), outcome, seen: outcome === 'passed' ? '' : text }
  })
}

t.test('attempts that saw the same are one line', async (t) => {
  t.equal(
    renderHistory(attempts('status: 503', 'status: 503', '!refused', 'status: 404'), plainPalette),
    [
      'attempts, and when each had ended:',
      '  1–2 (2.0 s) failed: status: 503',
      '  3 (3.0 s) errored: !refused',
      '  4 (4.0 s) failed: status: 404',
    ].join('\n'),
  )
})

t.test('when all saw the same there is no more to tell', async (t) => {
  t.equal(renderHistory([], plainPalette), '')
  t.equal(renderHistory(attempts('a', 'a', 'a'), plainPalette), '')
})

t.test('many states are told by the first and the last of them, and nothing that a terminal would obey is shown', async (t) => {
  const lines = renderHistory(attempts('a', 'b', 'c', 'd', 'e', 'f', 'g\u001b[2J', '+'), plainPalette).split('\n')
  t.equal(lines.length, 7)
  t.equal(lines[3], '  … 3 more, in the JSON report')
  t.notMatch(lines.join(''), '\u001b')
  t.equal(lines.at(-1), '  8 (8.0 s) it held')
})
