import t from 'tap'
import { displayWidth, escapeInvisible, foreignToName, showOnOneLine } from '../../system/display.ts'

t.test('columns of a terminal', async (t) => {
  t.equal(displayWidth('abc'), 3)
  t.equal(displayWidth('日本'), 4)
  t.equal(displayWidth('e\u0301'), 1)
})

t.test('a name has nothing in it that a terminal, a report or a reader is led astray by', async (t) => {
  for (const text of ['plain', 'ä 日本 👩‍👩‍👧', '→ "quoted" \\ \u00a0']) t.equal(foreignToName(text), undefined, JSON.stringify(text))
  for (const foreign of ['\u001b[2J', '\u009b1m', '\r', '\n', '\0', '\t', '\u007f', '\u2028', '\u202e', '\u2066', '\ud800'])
    t.equal(foreignToName(`ab${foreign}`), 2, `U+${foreign.codePointAt(0)?.toString(16)}`)
})

t.test('foreign text is shown on one line, and nothing in it is obeyed', async (t) => {
  t.equal(showOnOneLine('a b ä 日本'), 'a b ä 日本')
  t.equal(showOnOneLine('ok\r\nnot ok 1\t\u001b]0;x\u0007'), 'ok\\r\\nnot ok 1\\t\\u001b]0;x\\u0007')
  t.equal(showOnOneLine('\u202e\u{e0041}\ud800'), '\\u202e\\u{e0041}\\ud800')
  t.equal(escapeInvisible('a\n\tb\u001b\r'), 'a\n\tb\\u001b\\u000d')
})
