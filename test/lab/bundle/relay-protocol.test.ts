import { once } from 'node:events'
import { existsSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import type { RequestListener } from 'node:http'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import t from 'tap'
import type { Test } from 'tap'
import { labName, readLabFile, writeLabFile } from '../../../lab/bundle/lab-file.ts'
import { openRelay } from '../../../lab/bundle/open-relay.ts'
import { parseRelayRequest, readLine, renderRelayRequest } from '../../../lab/bundle/relay-protocol.ts'
import { openSocketFolder } from '../../../system/socket-folder.ts'
import { listMachines } from '../../../lab/list-machines.ts'

/** Two ends of a connection. */
async function pair(t: Test): Promise<{ readonly near: Socket; readonly far: Socket }> {
  const server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const near = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const [far] = (await once(server, 'connection')) as [Socket]
  t.teardown(() => {
    near.destroy()
    far.destroy()
    server.close()
  })
  return { near, far }
}

t.test('the line that asks for a connection is read back as it was written, and nothing else is one', async (t) => {
  const request = { address: '203.0.113.9', port: 22 }
  t.same(parseRelayRequest(renderRelayRequest(request).trimEnd()), request)
  for (const line of [
    '',
    'connect 203.0.113.9',
    'connect 203.0.113.9 0',
    'connect 203.0.113.9 65536',
    'connect 203.0.113.9 22 ',
    ' connect 203.0.113.9 22',
    'connect host 22',
    'connect 203.0.113.9 22\nconnect',
    'CONNECT 203.0.113.9 22',
    'connect ::1 22',
  ]) {
    t.equal(parseRelayRequest(line), undefined, JSON.stringify(line))
  }
  t.match(parseRelayRequest('connect 203.0.113.9 65535'), { port: 65_535 })
})

t.test('the first line is taken, and what follows stays in the connection', async (t) => {
  const { near, far } = await pair(t)
  near.write('connect 203')
  const line = readLine(far)
  near.end('.0.113.9 22\nSSH-2.0-x\nmore')
  t.equal(await line, 'connect 203.0.113.9 22')
  t.ok(far.isPaused(), 'nothing is lost before somebody reads on')
  t.equal(await text(far), 'SSH-2.0-x\nmore')
})

t.test('a line may be as long as it may be, and one that never ends is not waited for', async (t) => {
  const long = await pair(t)
  long.near.write(`${'a'.repeat(512)}\n`)
  t.equal((await readLine(long.far)).length, 512)
  const endless = await pair(t)
  endless.near.write('a'.repeat(513))
  await t.rejects(readLine(endless.far), { message: 'no line within 512 bytes' })
})

t.test('a connection that ends, or breaks, before a line is an error', async (t) => {
  const ending = await pair(t)
  ending.near.end('half a li')
  await t.rejects(readLine(ending.far), { message: 'the connection ended before a line' })
  const breaking = await pair(t)
  const line = readLine(breaking.far)
  breaking.far.destroy(new Error('reset'))
  await t.rejects(line, { message: 'reset' })
})

/** A lab's folder, deep in the file system, with somebody who answers on one of its sockets. */
async function labAnswering(t: Test, socket: string, answer: RequestListener) {
  const stateDir = join(t.testdir({}), 'a'.repeat(60), 'b'.repeat(60), 'lab')
  mkdirSync(stateDir, { recursive: true })
  const folder = openSocketFolder(stateDir)
  const server = createHttpServer(answer).listen(folder.path(socket))
  await once(server, 'listening')
  t.ok(existsSync(join(stateDir, socket)), 'longer than the address of a socket may be')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
    folder.close()
  })
  return stateDir
}

t.test('a relay is asked of the lab, and its answer is where to connect', async (t) => {
  const asked: string[] = []
  const stateDir = await labAnswering(t, 'supervisor.sock', (request, response) => {
    asked.push(`${request.method} ${request.url}`)
    response.end('{"host":"127.0.0.1","port":4022}')
  })
  t.same(await openRelay(stateDir, '203.0.113.9', 22), { host: '127.0.0.1', port: 4022 })
  t.same(asked, ['POST /relay?address=203.0.113.9&port=22'])
})

t.test('a lab that refuses, answers nonsense, hangs up or does not run is told as that', async (t) => {
  const stateDir = await labAnswering(t, 'supervisor.sock', (request, response) => {
    if (request.url?.includes('port=1&') === true || request.url?.endsWith('port=1') === true)
      response.writeHead(404).end('no such address')
    else if (request.url?.endsWith('port=2') === true) response.end('{')
    else response.destroy()
  })
  const told = { name: 'TestbedError', hint: 'titus-bed apply' }
  await t.rejects(openRelay(stateDir, '203.0.113.9', 1), {
    ...told,
    message: /the lab does not answer \(POST \/relay.*\): 404 no such address/,
  })
  await t.rejects(openRelay(stateDir, '203.0.113.9', 2), { ...told, message: /JSON/ })
  await t.rejects(openRelay(stateDir, '203.0.113.9', 3), { ...told, message: /socket hang up/ })
  await t.rejects(listMachines(stateDir), { ...told, message: /GET \/machines.*ENOENT/ }, 'a socket that is not there')
  const { message } = (await listMachines(stateDir).catch((error: unknown) => error)) as Error
  t.match(message, join(stateDir, 'region.sock'), 'named by the path that it has for everybody')
  t.notMatch(message, /proc.self/)
  await t.rejects(openRelay(join(stateDir, 'absent'), '203.0.113.9', 22), { ...told, message: /it has no state folder/ })
})

const supervisor = { pid: 1, started: 'boot 1' }

t.test('the file of a lab is for its owner, and one that was cut short is none', async (t) => {
  const folder = t.testdir({})
  t.equal(readLabFile(folder), undefined)
  const file = { supervisor, sweeper: supervisor }
  writeLabFile(folder, file)
  t.same(readLabFile(folder), file)
  t.equal(statSync(join(folder, 'lab.json')).mode & 0o777, 0o600)
  for (const text of ['{"supervisor": {"pid"', '{}', '[]', 'null', '{"supervisor": {"pid": "1"}, "sweeper": {}}']) {
    writeFileSync(join(folder, 'lab.json'), text)
    t.equal(readLabFile(folder), undefined, text)
  }
})

t.test('a lab has the same name by whatever way its folder is reached, and another one elsewhere', async (t) => {
  const folder = t.testdir({ real: { lab: {} } })
  symlinkSync('real', join(folder, 'link'))
  const name = labName(join(folder, 'real/lab'))
  t.match(name, /^[0-9a-f]{12}$/)
  t.equal(labName(join(folder, 'link/lab')), name)
  t.equal(labName(join(folder, 'real/../real/lab/')), name)
  t.not(labName(join(folder, 'real/lab2')), name)
  t.equal(labName(join(folder, 'gone/lab')), labName(join(folder, 'gone/lab')), 'also when nothing of it is left')
})
