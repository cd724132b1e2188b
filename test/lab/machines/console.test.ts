import { once } from 'node:events'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import t from 'tap'
import { keepConsole } from '../../../lab/machines/console.ts'

t.test('what a machine says is kept, its boots one after the other', async (t) => {
  const file = join(t.testdir({}), 'console.log')
  for (const line of ['first boot\n', 'second boot\n']) {
    const said = new PassThrough()
    keepConsole([said], file)
    said.end(line)
    await once(said, 'close')
  }
  t.equal(readFileSync(file, 'utf8'), 'first boot\nsecond boot\n')
  t.equal(statSync(file).mode & 0o777, 0o600)
})

t.test('of a flood the end is kept', async (t) => {
  const file = join(t.testdir({}), 'console.log')
  const said = new PassThrough()
  keepConsole([said], file)
  for (let part = 0; part < 30; part += 1) said.write(Buffer.alloc(65_536, 'x'))
  said.end('the end\n')
  await once(said, 'close')
  t.ok(statSync(file).size <= 262_144, `${statSync(file).size} bytes`)
  t.match(readFileSync(file, 'utf8'), /xthe end\n$/)
})
