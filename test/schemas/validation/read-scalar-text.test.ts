import t from 'tap'
import { readScalarText } from '../../../schemas/validation/read-scalar-text.ts'

t.test('a text is read as YAML reads a scalar, and is itself where only a whole file could mean more', async (t) => {
  for (const [text, value] of [
    ['3', 3],
    ['-3', -3],
    ['1.5', 1.5],
    ['true', true],
    ['null', null],
    ['~', null],
    ['no', 'no'],
    ['', ''],
    ['"3"', '3'],
    ["'it''s'", "it's"],
    ['"a\\nb"', 'a\nb'],
    ['nginx', 'nginx'],
    ['a: b', 'a: b'],
    ['[0].name', '[0].name'],
    ['#fff', '#fff'],
    ['a #b', 'a #b'],
    ['- x', '- x'],
    ['---', '---'],
    ['...', '...'],
    ['-', '-'],
    ['*star', '*star'],
    ['http://gateway:7001/x?y=1', 'http://gateway:7001/x?y=1'],
    ['a\nb', 'a\nb'],
    ['12345678901234567890', 12345678901234567890n],
  ] as const)
    t.same(readScalarText(text), { value }, text)
})

t.test('what would not read back as it is written is told', async (t) => {
  for (const text of ['1.20', '0644', 'TRUE', '.inf', '"a" and "b"', '"\\q"']) t.match(readScalarText(text), { message: /./ }, text)
  t.match(readScalarText('1.20'), { hint: 'write "1.20" for the text, 1.2 for the number' })
})
