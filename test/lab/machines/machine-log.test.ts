import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { readMachineLog } from '../../../lab/machines/machine-log.ts'
import { runProgram } from '../../../lab/run-program.ts'

const path = 'upper/var/log/cloud-init-output.log'

t.test('the log of a machine is its console, then what its user data said', async (t) => {
  const folder = t.testdir({ upper: { var: { log: {} } } })
  const read = () => readMachineLog(join(folder, 'console.log'), join(folder, 'upper'))
  t.equal(await read(), '')
  writeFileSync(join(folder, 'console.log'), 'booting\n')
  t.equal(await read(), 'booting\n')
  writeFileSync(join(folder, path), 'installing\n')
  t.equal(await read(), 'booting\ninstalling\n')
})

t.test('of an endless file the end is read', async (t) => {
  const folder = t.testdir({ 'console.log': '', upper: { var: { log: { 'cloud-init-output.log': '' } } } })
  truncateSync(join(folder, path), 2 ** 40)
  const log = await readMachineLog(join(folder, 'console.log'), join(folder, 'upper'))
  t.equal(log.length, 65_536)
})

t.test('a machine cannot show files of this computer as its log, nor hold up who reads it', async (t) => {
  const folder = t.testdir({ secret: 'SECRET', 'console.log': 'console\n', upper: { var: {} } })
  const read = () => readMachineLog(join(folder, 'console.log'), join(folder, 'upper'))
  symlinkSync(folder, join(folder, 'upper/var/log'))
  writeFileSync(join(folder, 'cloud-init-output.log'), 'SECRET')
  t.equal(await read(), 'console\n', 'a link in place of the folder')
  const other = t.testdir({ secret: 'SECRET', 'console.log': 'console\n', upper: { var: { log: {} } } })
  const readOther = () => readMachineLog(join(other, 'console.log'), join(other, 'upper'))
  symlinkSync(join(other, 'secret'), join(other, path))
  t.equal(await readOther(), 'console\n', 'a link in place of the file')
  const pipe = t.testdir({ 'console.log': 'console\n' })
  mkdirSync(join(pipe, 'upper/var/log'), { recursive: true })
  await runProgram(['mkfifo', join(pipe, path)])
  t.equal(await readMachineLog(join(pipe, 'console.log'), join(pipe, 'upper')), 'console\n', 'a pipe in place of the file')
})
