import { stripVTControlCharacters } from 'node:util'
import t from 'tap'
import { withoutControlSequences } from '../../system/control-sequences.ts'

t.test('what a terminal obeys is left out, what it shows stays', (t) => {
  for (const text of [
    '\u001b[31mred\u001b[0m and \u001b[1;38;5;208mmore\u001b[m',
    '\u001b[2K\u001b[1Gline',
    '\u001b]0;title\u0007shown',
    '\u001b]8;;https://example.org\u001b\\link\u001b]8;;\u001b\\',
    '\u001bcreset',
    'plain [31m] text',
  ])
    t.equal(withoutControlSequences(text), stripVTControlCharacters(text), 'as Node.js sees it')
  t.equal(withoutControlSequences('\u001b(Bword'), 'word', 'a set of characters is chosen')
  t.equal(withoutControlSequences('\u001bPq1;2\u001b\\word'), 'word', 'a string for the device')
  t.equal(withoutControlSequences('\u001b]0;never ended'), '0;never ended')
  t.end()
})
