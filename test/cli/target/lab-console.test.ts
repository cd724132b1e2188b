import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { createServer } from 'node:http'
import type { RequestListener } from 'node:http'
import { join } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import { readLabConsole } from '../../../cli/target/lab-console.ts'
import { serveControl } from '../../../lab/region/control.ts'
import { tempFolder } from '../fake-testbed.ts'

/** A state folder whose lab answers so. */
async function labThat(t: Test, answer: RequestListener): Promise<string> {
  const stateDir = join(tempFolder(t), 'lab')
  mkdirSync(stateDir)
  const server = createServer(answer).listen(join(stateDir, 'region.sock'))
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return stateDir
}

t.test('what a machine said is told, and one that is not made yet has said nothing', async (t) => {
  const stateDir = join(tempFolder(t), 'lab')
  mkdirSync(stateDir)
  const logs = new Map([
    ['i-0a', () => Promise.resolve('login:\n')],
    ['i-0c', () => Promise.reject(new Error('no such file'))],
  ])
  const reconciler = { listMachines: () => [], machineLog: (id: string) => logs.get(id)?.() }
  const unused = () => Promise.reject(new Error('not asked'))
  const server = await serveControl(join(stateDir, 'region.sock'), reconciler, unused, unused)
  t.teardown(() => server.close())
  t.equal(await readLabConsole(stateDir, 'i-0a'), 'login:\n')
  t.equal(await readLabConsole(stateDir, 'i-0b'), '')
  await t.rejects(readLabConsole(stateDir, 'i-0c'), { name: 'TestbedError', message: /500 .*no such file/, hint: 'titus-bed apply' })
})

t.test('a lab that does not answer is none whose machine said nothing', async (t) => {
  const silent = { name: 'TestbedError', message: /the lab does not answer \(GET \/logs\/i-0a\)/, hint: 'titus-bed apply' }
  await t.rejects(readLabConsole(join(tempFolder(t), 'none'), 'i-0a'), silent)
  await t.rejects(readLabConsole(tempFolder(t), 'i-0a'), silent)
  await t.rejects(readLabConsole(await labThat(t, (request) => request.socket.destroy()), 'i-0a'), silent)
  const broken = await labThat(t, (_, response) => response.writeHead(502).end('"broken"'))
  await t.rejects(readLabConsole(broken, 'i-0a'), { ...silent, message: /502 "broken"/ })
})
