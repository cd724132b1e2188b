import t from 'tap'
import { fitsWildcards } from '../../system/wildcards.ts'

t.test('a star is any text, a question mark one character, and nothing else means more than itself', async (t) => {
  const fits: readonly (readonly [text: string, pattern: string])[] = [
    ['gateway', 'gateway'],
    ['gateway', '*'],
    ['gateway', 'g*y'],
    ['gateway', '*way'],
    ['gateway', 'gate???'],
    ['aXbXc', '*X*c'],
    ['', '**'],
    ['a.b', 'a.b'],
    ['[x]:22', '[x]:22'],
  ]
  for (const [text, pattern] of fits) t.ok(fitsWildcards(text, pattern), `${text} fits ${pattern}`)
  const misfits: readonly (readonly [text: string, pattern: string])[] = [
    ['gateway', 'gate'],
    ['gateway', 'gate??'],
    ['gateway', '*x'],
    ['', '?'],
    ['axb', 'a.b'],
    ['a', ''],
  ]
  for (const [text, pattern] of misfits) t.notOk(fitsWildcards(text, pattern), `${text} does not fit ${pattern}`)
})

t.test('many stars take no longer', async (t) => {
  const before = process.cpuUsage()
  t.notOk(fitsWildcards('a'.repeat(10_000), `${'*a'.repeat(2000)}b`))
  t.ok(process.cpuUsage(before).user < 2e6)
})
