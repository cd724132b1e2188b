import t from 'tap'
import { keptSizes, mayBeKept, parseSize, sizePattern } from '../../../schemas/language/size.ts'

t.test('a size is a whole number with its unit', async (t) => {
  t.equal(parseSize('512B'), 512)
  t.equal(parseSize('64KiB'), 65_536)
  t.equal(parseSize('4MiB'), 4_194_304)
  for (const text of ['64', '64kb', '1.5MiB', '-1B', ' 1B', '1B ', '1GiB', '']) {
    t.equal(parseSize(text), undefined, JSON.stringify(text))
    t.notOk(new RegExp(sizePattern).test(text), `the schema refuses ${JSON.stringify(text)}, too`)
  }
})

t.test('both ends of what may be kept may be kept, and nothing beyond', async (t) => {
  const [least, most] = [parseSize(keptSizes.least) ?? 0, parseSize(keptSizes.most) ?? 0]
  t.same([least - 1, least, most, most + 1].map(mayBeKept), [false, true, true, false])
})
