import t from 'tap'
import { wrapText } from '../../system/wrap-text.ts'

t.test('a text is broken between words alone, and nothing of it is lost', async (t) => {
  const text = 'the quick brown fox jumps over /a/path/that/is/longer/than/any/line and 日本 日本 日本 sleeps'
  for (const columns of [1, 8, 20, 60, 200]) {
    const lines = wrapText(text, columns, '  ').split('\n')
    t.equal(lines.map((line) => line.trim()).join(' '), text)
    t.same(
      lines.filter((line) => line.trim().includes(' ') && line.length > columns),
      [],
    )
  }
  t.equal(wrapText(text, undefined), text)
  t.equal(wrapText('日本 日本 日本', 10), '日本 日本\n日本', 'wide characters take two columns')
  t.equal(wrapText('aa bb\ncc dd', 3, '  '), 'aa\n  bb\ncc\n  dd')
})

t.test('colours take no column', async (t) => {
  t.equal(wrapText('\u001b[31maa\u001b[39m bb cc', 5), '\u001b[31maa\u001b[39m bb\ncc')
})
