import t from 'tap'
import { deepFreeze } from '../../system/deep-freeze.ts'
import { displayWidth, escapeInvisible, foreignToName, replaceControls, showOnOneLine } from '../../system/display.ts'
import { didYouMean, nearestName } from '../../system/nearest-name.ts'
import { whyUnreadable } from '../../system/why-unreadable.ts'
import { splitWords } from '../../system/split-words.ts'

/** The words of a line, or what is wrong with it and where. */
function wordsOf(line: string, opaque: readonly (readonly [number, number])[] = []) {
  const split = splitWords(line, opaque)
  return 'message' in split ? `${split.index}: ${split.message}` : split.map(({ text }) => text)
}

t.test('a line is split as a shell splits it', async (t) => {
  for (const [line, words] of [
    ['ls -la  /tmp', ['ls', '-la', '/tmp']],
    ['\tls\n-l ', ['ls', '-l']],
    [`echo 'a b' "c d"`, ['echo', 'a b', 'c d']],
    [`echo 'it'"'"'s'`, ['echo', "it's"]],
    ['echo a\\ b \\\\ \\"', ['echo', 'a b', '\\', '"']],
    [`echo "a\\"b" "c\\d" 'e\\f'`, ['echo', 'a"b', 'c\\d', 'e\\f']],
    [`echo '' ""`, ['echo', '', '']],
    [`sh -c 'a | b > c; $HOME'`, ['sh', '-c', 'a | b > c; $HOME']],
    ['echo "|" ";" 2', ['echo', '|', ';', '2']],
    ['curl a|b x>y', ['curl', 'a|b', 'x>y']],
    ['echo \\$HOME $ 5$', ['echo', '$HOME', '$', '5$']],
  ] as const) {
    t.same(wordsOf(line), words, line)
  }
})

t.test('what only a shell could do is a fault, at its place', async (t) => {
  for (const [line, fault] of [
    ['a | b', '2: there is no shell here that would know |'],
    ['a && b', '2: there is no shell here that would know &&'],
    ['a > f', '2: there is no shell here that would know >'],
    ['a 2>&1', '2: there is no shell here that would know 2>&1'],
    ['a ;', '2: there is no shell here that would know ;'],
    ['a &', '2: there is no shell here that would know &'],
    ['echo $HOME', '5: there is no shell here that would expand $HOME'],
    ['echo "$(date)"', '6: there is no shell here that would expand $(date'],
    ['echo ${A}', '5: there is no shell here that would expand ${A'],
    ['echo `date`', '5: there is no shell here that would expand `'],
    [`echo 'a`, "5: the ' is never closed"],
    ['echo "a', '5: the " is never closed'],
    ['  ', '0: there is no command'],
    ['', '0: there is no command'],
  ] as const) {
    t.equal(wordsOf(line), fault, line)
  }
})

t.test('an expression is of one word, whatever is in it, and each character knows where it stood', async (t) => {
  const line = `echo a\${{ x | y 'z' }}b`
  t.same(wordsOf(line, [[6, line.length - 1]]), ['echo', `a\${{ x | y 'z' }}b`])
  const split = splitWords(`a 'b c'`)
  t.match(split, [{ indexes: [0] }, { text: 'b c', indexes: [3, 4, 5] }])
})

t.test('the name that was meant: near in letters, or the same but for case, strokes and order', async (t) => {
  const names = ['gateway', 'master', 'bastion', 'trustedCidr', 'us']
  for (const [typed, meant] of [
    ['gatewy', 'gateway'],
    ['GATEWAY', 'gateway'],
    ['trusted-cidr', 'trustedCidr'],
    ['trusted_CIDR', 'trustedCidr'],
    ['gaetway', 'gateway'],
    ['mster', 'master'],
    ['gaxxxay', undefined],
    ['nothing', undefined],
    ['', undefined],
    ['xy', undefined],
    ['su', undefined],
  ] as const) {
    t.equal(nearestName(typed, names), meant, typed)
  }
  t.equal(nearestName('a', []), undefined)
  t.equal(nearestName('abcd', ['abce', 'abcd']), 'abcd', 'the nearest of several')
  t.equal(didYouMean('gatewy', names), 'did you mean "gateway"?')
  t.equal(didYouMean('nothing', names), undefined)
})

t.test('the columns of a text are those of a terminal', async (t) => {
  for (const [text, width] of [
    ['abc', 3],
    ['', 0],
    ['ü', 1],
    ['u\u0308', 1],
    ['漢字', 4],
    ['👍', 2],
    ['a\u200db', 2],
    ['ｆ', 2],
  ] as const) {
    t.equal(displayWidth(text), width, JSON.stringify(text))
  }
})

t.test('foreign text does nothing to a terminal, and says what was in it', async (t) => {
  const foreign = 'a\u001b[31m\r\n\tb\u202e\u00a0'
  t.equal(replaceControls(foreign), 'a\ufffd[31m\ufffd\ufffd\tb\u202e\u00a0')
  t.equal(replaceControls(foreign).length, foreign.length)
  t.equal(escapeInvisible(foreign), 'a\\u001b[31m\\u000d\n\tb\\u202e\\u00a0')
  t.equal(showOnOneLine(foreign), 'a\\u001b[31m\\r\\n\\tb\\u202e\\u00a0')
  t.equal(showOnOneLine('\u{e0001}'), '\\u{e0001}')
  t.equal(showOnOneLine('plain text, ü 漢 👍'), 'plain text, ü 漢 👍')
})

t.test('a name has nothing in it that cannot be seen or turns a line round', async (t) => {
  for (const [text, index] of [
    ['plain name ü 漢 👍', undefined],
    ['a\nb', 1],
    ['ab\u001b', 2],
    ['\u202eab', 0],
    ['a\u2028', 1],
    ['a\ud800', 1],
  ] as const) {
    t.equal(foreignToName(text), index, showOnOneLine(text))
  }
})

t.test('a frozen value is frozen at any depth, and may be frozen again', async (t) => {
  const value = { a: [{ b: 1 }], c: null, d: 'text' }
  t.equal(deepFreeze(value), value)
  t.throws(() => Object.assign(value.a[0] ?? {}, { b: 2 }), TypeError)
  t.throws(() => value.a.push({ b: 3 }), TypeError)
  t.equal(deepFreeze(value), value)
  t.equal(deepFreeze(null), null)
})

t.test('why a file cannot be read is the end of a sentence', async (t) => {
  for (const [code, told] of [
    ['ENOENT', 'is not there'],
    ['EISDIR', 'is a folder'],
    ['EACCES', 'cannot be read: no'],
  ] as const) {
    t.equal(whyUnreadable(Object.assign(new Error('no'), { code })), told)
  }
})
