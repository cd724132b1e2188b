import { connect } from 'node:net'
import t from 'tap'
import type { Test } from 'tap'
import { serveGateway } from '../../../deb/titus-server-gateway/server.ts'
import { applyCall } from '../../../deb/titus-server-master/apply-call.ts'
import { agentPath, agentPingPath, agentStatusPath, schedulerPath } from '../../../deb/protocol/mesos-protocol.ts'
import { serveMesos } from '../../../deb/mesos-master/server.ts'
import { listen, respondJson } from '../../../deb/process/http-server.ts'
import { FakeTitus, batchJob, serviceJob } from './api.ts'

/** A gateway on loopback, and the master behind it. */
async function startGateway(t: Test, onFailure?: (reason: string) => void): Promise<{ port: number; titus: FakeTitus }> {
  const titus = new FakeTitus()
  const answerCall: Parameters<typeof listen>[2] = (_request, response, body) => {
    const step = applyCall(titus.state, JSON.parse(body), titus.context)
    titus.state = step.state
    respondJson(response, 200, step.reply)
  }
  const master = await listen('127.0.0.1', 0, answerCall, (error) => t.fail(String(error)))
  const url = `http://127.0.0.1:${master.port}`
  const options = { listenAddress: '127.0.0.1', port: 0, rpcUrl: url, masterUrl: url, timeoutMs: 10_000 }
  const gateway = await serveGateway(options, (event, fields) => {
    if (event === 'request-failed') onFailure?.(String(fields?.['reason']))
  })
  t.teardown(async () => {
    await gateway.close()
    await master.close()
  })
  return { port: gateway.port, titus }
}

/** Sends bytes; resolves to the status line of the answer, or to '' when the connection ends without one. */
function statusOf(port: number, ...bytes: readonly (string | Buffer)[]): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    let answer = ''
    socket.on('data', (chunk) => {
      answer += chunk.toString()
      if (answer.includes('\r\n\r\n')) socket.destroy()
    })
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(answer.split('\r\n')[0] ?? ''))
    for (const part of bytes) socket.write(part)
  })
}

function head(method: string, path: string, ...headers: readonly string[]): string {
  return [`${method} ${path} HTTP/1.1`, 'host: gateway', 'content-type: application/json', ...headers, '', ''].join('\r\n')
}

t.test('bytes that are no request, or too much of one, are refused and cost the gateway nothing', async (t) => {
  const { port, titus } = await startGateway(t)
  const status = (...bytes: readonly (string | Buffer)[]): Promise<string> => statusOf(port, ...bytes)
  const tooMuch = Buffer.alloc(8 * 1024 * 1024 + 1, ' ')
  t.match(await status(head('POST', '/api/v3/jobs', `content-length: ${tooMuch.length}`), tooMuch), / 413 /)
  t.match(await status(Buffer.from([0x16, 3, 1, 2, 0]), '\r\n\r\n'), / 400 /)
  t.match(await status(head('GET', '/api/v3/jobs/%E0%A4%A')), / 404 /)
  t.match(await status(head('GET', '/api/v3/jobs/%00%2F..%2F')), / 404 /)
  t.match(await status(head('GET', '/api/v3/jobs/../../../etc/passwd')), / 404 /)
  t.match(await status(head('BREW', '/api/v3/jobs')), / 400 /)
  t.match(await status(head('TRACE', '/api/v3/jobs')), / 405 /)
  t.match(await status(head('POST', '/api/v3/jobs', 'content-length: 4'), Buffer.from([0x22, 0xff, 0xfe, 0x22])), / 500 /)
  t.match(await status(head('POST', '/api/v3/jobs', 'content-length: 3'), 'NaN'), / 400 /)
  t.match(await status(head('POST', '/api/v3/jobs', 'content-length: 0')), / 400 /)
  t.same(titus.state.jobs, {})
})

t.test('a client that goes in the middle of a body is noted, and nothing more', async (t) => {
  let note: (reason: string) => void = () => undefined
  const noted = new Promise<string>((resolve) => (note = resolve))
  const { port } = await startGateway(t, note)
  const socket = connect(port, '127.0.0.1', () => {
    socket.write(head('POST', '/api/v3/jobs', 'content-length: 100', 'expect: 100-continue'))
  })
  socket.on('error', () => undefined)
  // The gateway has the head when it asks for the body.
  socket.once('data', () => socket.write('{"a":', () => socket.resetAndDestroy()))
  t.equal(await noted, 'aborted')
  t.match(await statusOf(port, head('GET', '/api/v3/jobs')), / 200 /)
})

t.test('unicode comes back as it was sent', async (t) => {
  const { port } = await startGateway(t)
  const base = `http://127.0.0.1:${port}/api/v3/jobs`
  const env = { 'Ünï 🚀': 'naïve\u2028\u0000"<é>' }
  const headers = { 'content-type': 'application/json' }
  const created = await fetch(base, { method: 'POST', headers, body: JSON.stringify(batchJob({}, {}, { env })) })
  const { id } = (await created.json()) as { id: string }
  const job = (await (await fetch(`${base}/${id}`)).json()) as { jobDescriptor: { container: { env: object } } }
  t.same(job.jobDescriptor.container.env, env)
})

t.test('of many that want the same group sequence at once, one gets it', async (t) => {
  const { port } = await startGateway(t)
  const request = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(serviceJob()) }
  const answers = await Promise.all(Array.from({ length: 20 }, () => fetch(`http://127.0.0.1:${port}/api/v3/jobs`, request)))
  await Promise.all(answers.map((answer) => answer.arrayBuffer()))
  const statuses = answers.map(({ status }) => status).sort((left, right) => left - right)
  t.same(statuses, [202, ...Array.from({ length: 19 }, () => 429)])
})

t.test('what is no message of the protocol does not get into the Mesos master', async (t) => {
  const mesos = await serveMesos(
    '127.0.0.1',
    { id: 'm', hostname: 'prereqs', ip: '127.0.0.1', port: 0, startedAt: Date.now() },
    () => undefined,
  )
  t.teardown(() => mesos.close())
  const base = `http://127.0.0.1:${mesos.port}`
  const resources = { cpus: 2, mem: 7168, disk: 30000, network: 9000, ports: '' }
  const agent = { hostname: 'a', ip: '127.0.0.1', port: 5051, resources, attributes: {}, tasks: [] }
  const cases: [string, unknown][] = [
    [agentPath, undefined],
    [agentPath, null],
    [agentPath, []],
    [agentPath, { ...agent, attributes: undefined }],
    [agentPath, { ...agent, attributes: { asg: 1 } }],
    [agentPath, { ...agent, resources: { ...resources, cpus: '2' } }],
    [agentPath, { ...agent, tasks: [{ taskId: 't' }] }],
    [agentPath, { ...agent, tasks: [{ taskId: 't', state: 'TASK_RUNNING', data: {} }] }],
    [agentPath, { ...agent, agentId: 7 }],
    [agentStatusPath, { agentId: 'a', taskId: 't', state: 'TASK_RUNNING' }],
    [agentPingPath, {}],
    [schedulerPath, { type: 'constructor' }],
    [schedulerPath, { type: 'LAUNCH', agentId: 'a', task: {} }],
    [schedulerPath, { type: 'RECONCILE', taskIds: 't' }],
  ]
  for (const [path, message] of cases) {
    const body = message === undefined ? '{' : JSON.stringify(message)
    t.equal((await fetch(base + path, { method: 'POST', body })).status, 400, `${path} ${body}`)
  }
  t.equal(
    (await fetch(base + agentStatusPath, { method: 'POST', body: '{"agentId":"a","taskId":"t","state":"X","message":""}' })).status,
    410,
  )
  t.same(await (await fetch(`${base}/slaves`)).json(), { slaves: [] })
  t.equal((await fetch(base + agentPath)).status, 404)
})
