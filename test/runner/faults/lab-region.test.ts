import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { askRegion } from '../../../runner/faults/lab-region.ts'
import { openSocketFolder } from '../../../system/socket-folder.ts'
import { never } from '../local-run.ts'

// The path is longer than a socket's address may be.
const top = mkdtempSync(join(tmpdir(), 'region-'))
const folder = join(top, 'x'.repeat(120))
mkdirSync(folder)
const socket = join(folder, 'region.sock')
t.teardown(() => rmSync(top, { recursive: true }))

const heard: string[] = []
const answers = [
  [200, '"done"'],
  [501, '"no netem here"'],
  [500, '"i-0a is busy"'],
] as const
const server = createServer((request, response) => {
  let body = ''
  request.on('data', (part: Buffer) => (body += part.toString()))
  request.on('end', () => {
    const [status, text] = answers[heard.length] ?? [500, '"no more"']
    heard.push(`${request.method} ${request.url} ${body}`)
    response.writeHead(status).end(text)
  })
})
const sockets = openSocketFolder(folder)
server.listen(sockets.path('region.sock'))
await once(server, 'listening')
t.teardown(() => {
  server.close()
  sockets.close()
})

t.test('the region does what it is asked, or says why not', async (t) => {
  const order = { method: 'PUT', instanceId: 'i-0a', kind: 'isolate', values: { ways: [] } } as const
  await askRegion(socket, order, never)
  t.same(heard, ['PUT /faults/i-0a/isolate {"ways":[]}'])
  await t.rejects(askRegion(socket, order, never), { code: 'lacks-capability', message: 'no netem here' })
  await t.rejects(askRegion(socket, { method: 'DELETE', instanceId: 'i-0a', kind: 'freeze' }, never), {
    code: 'machine',
    message: /i-0a is busy/,
  })
  t.equal(heard.at(-1), 'DELETE /faults/i-0a/freeze ')
})

t.test('a lab that is gone is told as such, by the path that the testbed has', async (t) => {
  const order = { method: 'PUT', instanceId: 'i-0a', kind: 'crash' } as const
  await t.rejects(askRegion('/nowhere/region.sock', order, never), { code: 'connection', message: /does not answer: .*\/nowhere/ })
  await t.rejects(askRegion(join(folder, 'other.sock'), order, never), { code: 'connection', message: new RegExp(`${folder}/other`) })
})
