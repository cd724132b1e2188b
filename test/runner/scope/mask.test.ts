import t from 'tap'
import { createMask } from '../../../runner/scope/mask.ts'
import type { Json } from '../../../schemas/json.ts'

function maskOf(...secrets: readonly Json[]) {
  const mask = createMask()
  for (const secret of secrets) mask.add(secret)
  return mask
}

t.test('a secret is hidden in every form in which it usually turns up', async (t) => {
  const secret = `p"a'ss wörd+/&`
  const mask = maskOf(secret)
  const forms: Readonly<Record<string, string>> = {
    plain: secret,
    json: JSON.stringify(secret).slice(1, -1),
    'json in json': JSON.stringify(JSON.stringify(secret).slice(1, -1)).slice(1, -1),
    url: encodeURIComponent(secret),
    form: encodeURIComponent(secret).replaceAll('%20', '+'),
    shell: secret.replaceAll("'", `'\\''`),
    hex: Buffer.from(secret).toString('hex'),
    base64: Buffer.from(secret).toString('base64'),
    base64url: Buffer.from(secret).toString('base64url'),
  }
  for (const [name, form] of Object.entries(forms)) {
    const text = mask.text(`before ${form} after`)
    t.match(text, /^before \*\*\*=* after$/, name)
  }
})

t.test('base64 of something that holds the secret does not show it, at whatever offset', async (t) => {
  const secret = 'correct-horse-battery'
  const mask = maskOf(secret)
  for (const prefix of ['', 'a', 'ab', 'abc', 'user:']) {
    const masked = mask.text(Buffer.from(`${prefix}${secret}@host`).toString('base64'))
    t.notMatch(Buffer.from(masked.replaceAll('***', ''), 'base64').toString('latin1'), /horse/, `after "${prefix}"`)
    t.match(masked, /\*\*\*/)
  }
})

t.test('each line of a secret of several lines is one', async (t) => {
  const mask = maskOf('-----BEGIN KEY-----\nAAAABBBBCCCC\n-----END KEY-----\n')
  t.equal(mask.text('  AAAABBBBCCCC,'), '  ***,')
})

t.test('of secrets that hold each other the longer goes as a whole', async (t) => {
  t.equal(maskOf('abcd', 'abcd-efgh').text('abcd-efgh abcd'), '*** ***')
})

t.test('characters that mean something in a pattern mean themselves', async (t) => {
  const mask = maskOf('a.*b(c)[d]$')
  t.equal(mask.text('a.*b(c)[d]$ a..b(c)[d]$'), '*** a..b(c)[d]$')
})

t.test('values keep their shape; keys and long numbers are hidden too', async (t) => {
  const mask = maskOf({ token: 'hunter2!', nested: ['other-secret'], pin: 123456 })
  t.same(mask.json({ 'hunter2!': [1, true, null, 'other-secret'], n: 123456, m: 1234567 }), {
    '***': [1, true, null, '***'],
    n: '***',
    m: 1234567,
  })
})

t.test('a part that is too short to be hidden is told, and the rest is hidden all the same', async (t) => {
  const mask = createMask()
  t.equal(mask.add('abc'), false)
  t.equal(mask.text('abc'), 'abc')
  t.equal(mask.add({ a: 'xy', b: 'long enough' }), false)
  t.equal(mask.text('long enough'), '***')
  t.equal(mask.add(['long enough', true, null]), true)
})

t.test('without secrets nothing is touched', async (t) => {
  const mask = createMask()
  const value = { a: ['b'] }
  t.equal(mask.json(value), value, 'the same object')
  t.notOk(mask.covers('anything'))
  t.notOk(mask.covers('***'), 'a text that looks masked covers nothing by itself')
})

t.test('a text is covered when nothing of it would be shown', async (t) => {
  const mask = maskOf('hunter2!')
  t.ok(mask.covers('hunter2!'))
  t.notOk(mask.covers('hunter2! and more'))
  t.notOk(mask.covers({ a: 'hunter2!' }))
})

t.test('a secret of any length and with any character is hidden', async (t) => {
  const mask = createMask()
  const lines = Array.from({ length: 2000 }, (_, line) => `line ${line} ${'ab'.repeat(30)}${line}`)
  t.ok(mask.add(lines.join('\n')))
  t.notMatch(mask.text(`before\n${lines.slice(7, 9).join('\n')}\nafter`), /ab{1}ab/, 'each line by itself')
  const long = `${'0123456789abcdef'.repeat(40_000)}the end`
  mask.add(long)
  t.ok(mask.covers(long), 'piece by piece, and shown as one')
  t.equal(mask.text(`a ${long} b`), 'a *** b')
  t.notMatch(mask.text(Buffer.from(long).toString('base64')), /[\w+/]{80}/)
  mask.add('half \ud800 a character')
  t.equal(mask.text('x half \ud800 a character y'), 'x *** y')
})
