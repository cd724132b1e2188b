import { randomBytes } from 'node:crypto'
import t from 'tap'
import { createMask } from '../../../runner/scope/mask.ts'
import type { Mask } from '../../../runner/scope/mask.ts'
import { formsOf, secret } from './forms.ts'

function maskOf(...secrets: readonly string[]): Mask {
  const mask = createMask()
  for (const each of secrets) mask.add(each)
  return mask
}

/** What stays beside the cover: quotes, padding, and the digits that a neighbour shares. */
const rest = /^before [\w+/=\\'"%\s-]{0,72}\*\*\*[\w+/=\\'"%\s-]{0,72} after$/

t.test('every form of a secret is hidden, whatever stands around it', async (t) => {
  for (const given of [secret, 'correct-horse-battery', '\u{1f512}ключ/4', 'a\\b\nc"d e', `${'long '.repeat(500)}end`]) {
    const mask = maskOf(given)
    for (const { name, text } of formsOf(given)) {
      const masked = mask.text(`before ${text} after`)
      t.match(masked, rest, `${name} of ${given.slice(0, 24)}`)
      t.ok(masked.length < 7 + 6 + 64 + 64 + 8, name)
    }
  }
})

t.test('what resembles a secret is shown', async (t) => {
  const mask = maskOf('pass word', 'hunter2!', 'line one\nline two')
  for (const text of [
    'password',
    'pass  word'.replace('  ', '_'),
    'hunter 2!',
    'hunter2',
    'lineone',
    'line',
    Buffer.from('hunter3!').toString('base64'),
    '%',
    '\\',
    '\\u',
    '\\ud83d\\u',
    '&#x;&#99999999;&amp',
    "'\\'",
    'abc%zz',
    '',
  ])
    t.equal(mask.text(text), text)
  t.equal(mask.text('line one line two'), '***', 'as a shell prints it that was given no quotes')
  t.equal(mask.text('a line two b'), 'a *** b')
  t.equal(mask.text('hunter2!hunter2! hunter2!'), '****** ***')
})

t.test('a secret is hidden at each place of a large text, also where that is searched in parts', async (t) => {
  const mask = maskOf(secret)
  const escaped = JSON.stringify(secret).slice(1, -1)
  for (const before of [0, 262_130, 262_144, 327_670]) {
    const text = `${'\u00e9'.repeat(before)} ${escaped} ${'x'.repeat(70_000)}`
    t.equal(mask.text(text), text.replace(escaped, '***'), `after ${before} characters`)
  }
})

t.test('many secrets that resemble each other are hidden, whatever their order', async (t) => {
  const secrets = Array.from({ length: 300 }, (_, index) => `password=${index * 7}!`)
  const mask = createMask()
  for (const each of secrets) t.ok(mask.add(each))
  t.equal(mask.text(secrets.join(' ')), secrets.map(() => '***').join(' '))
  t.equal(mask.text('password=1!'), 'password=1!')
  const nested = maskOf('abcd', 'abcdefgh', 'cdef', 'efghij')
  t.equal(nested.text('-abcdefgh-abcdef-xefghij-cde'), '-***-***-x***-cde')
})

t.test('the time is that of the length: of secrets of 64 kB, and of a text of hardly anything but their beginnings', async (t) => {
  const secrets = [
    'a'.repeat(65_536),
    Array.from({ length: 4000 }, (_, index) => `password=${index}`).join('\n'),
    randomBytes(48_000).toString('base64'),
    'bbbb '.repeat(13_000),
  ]
  const mask = maskOf(...secrets)
  const seconds = (text: string) => {
    const before = process.cpuUsage()
    mask.text(text)
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1e6
  }
  for (const piece of ['a', 'bbbb ', 'password=', '\\u0061', '%61', '&#97;', 'QUFB', '616161', 'a\n', "'\\''"]) {
    const text = piece.repeat(60_000 / piece.length)
    seconds(text)
    const [one, four] = [seconds(text), seconds(text.repeat(4))]
    // Of a text of four times the length a time of the square would be sixteen times as long.
    t.ok(four < 10 * one + 0.3, `${JSON.stringify(piece)}: ${one} s, of four times as much ${four} s`)
  }
})

t.test('a long secret that repeats itself, with white space in it, is hidden at all of its places', async (t) => {
  const mask = maskOf('bbbb '.repeat(1000))
  t.match(mask.text(`before ${'bbbb '.repeat(100_000)}after`), /^before \*{3} ?after$/)
  t.match(mask.text(`before ${'bbbb\n'.repeat(100_000)}after`), /^before \*{3}\s?after$/)
})
