import { spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { request } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import t from 'tap'
import type { Test } from 'tap'
import { followEventStream, openEventStream } from '../../../deb/process/event-stream.ts'
import { listen, respond, respondJson } from '../../../deb/process/http-server.ts'
import type { Handler } from '../../../deb/process/http-server.ts'
import { keepTrying } from '../../../deb/process/keep-trying.ts'
import { errorWords } from '../../../deb/process/log.ts'
import { integerProperty, loadProperties, parseProperties, requiredProperty } from '../../../deb/process/properties.ts'

const quiet = new AbortController().signal

/** Serves a handler on loopback until the test ends. */
async function serve(t: Test, handler: Handler) {
  const errors: unknown[] = []
  const listener = await listen('127.0.0.1', 0, handler, (error) => errors.push(error))
  t.teardown(() => listener.close())
  return { url: `http://127.0.0.1:${listener.port}`, port: listener.port, errors }
}

t.test('a server tells the length of what it sends, and the type of what is there', async (t) => {
  const { url } = await serve(t, (request, response) => {
    if (request.url === '/empty') respond(response, 200, 'text/plain', '')
    else respondJson(response, 201, { ä: 'ü' })
  })
  const full = await fetch(url)
  t.equal(full.status, 201)
  t.equal(full.headers.get('content-length'), String(Buffer.byteLength('{"ä":"ü"}')))
  t.same(await full.json(), { ä: 'ü' })
  const empty = await fetch(`${url}/empty`)
  t.equal(empty.headers.get('content-length'), '0')
  t.equal(empty.headers.get('content-type'), null)
})

t.test('a handler that throws is a 500 that is told, and the server goes on', async (t) => {
  const { url, errors } = await serve(t, (request, response, body) => {
    if (request.url === '/sent') response.writeHead(200).write('a part')
    if (request.url !== '/fine') throw new Error('no')
    respond(response, 200, 'text/plain', body)
  })
  t.equal((await fetch(url)).status, 500)
  await t.rejects(
    fetch(`${url}/sent`).then((answer) => answer.text()),
    'half an answer is no answer',
  )
  const posted = await fetch(`${url}/fine`, { method: 'POST', body: 'grüße' })
  t.equal(await posted.text(), 'grüße')
  t.match(errors, [{ message: 'no' }, { message: 'no' }])
})

t.test('a body of more than 8 MiB is refused without being read to its end', async (t) => {
  const bodies: number[] = []
  const { url, port } = await serve(t, (_request, response, body) => (bodies.push(body.length), respond(response, 200, 'text/plain', '')))
  const mebibyte = Buffer.alloc(1024 * 1024, 'a')
  t.equal((await fetch(url, { method: 'POST', body: Buffer.concat(Array.from({ length: 8 }, () => mebibyte)) })).status, 200)
  const endless = request({ port, host: '127.0.0.1', method: 'POST' })
  endless.on('error', () => undefined)
  const answered = once(endless, 'response') as Promise<[IncomingMessage]>
  for (let sent = 0; sent < 9; sent += 1) endless.write(mebibyte)
  t.equal((await answered)[0].statusCode, 413)
  endless.destroy()
  t.same(bodies, [8 * 1024 * 1024])
})

t.test('a port that is taken is an error of the start', async (t) => {
  const { port } = await serve(t, () => undefined)
  await t.rejects(
    listen(
      '127.0.0.1',
      port,
      () => undefined,
      () => undefined,
    ),
    { code: 'EADDRINUSE' },
  )
})

interface Said {
  readonly n: number | string
}

t.test('a stream of events: whole lines in order, however they are cut, and both ends learn of the end', async (t) => {
  const ends = new EventEmitter()
  const closed = once(ends, 'closed')
  const { url } = await serve(t, (_request, response, body) => {
    const sender = openEventStream<Said>(response, { n: 'heartbeat' }, () => ends.emit('closed'))
    sender.send({ n: body })
    response.write('{"n":2}\n{"n"')
    ends.once('half', () => response.write(':3}\n\n{"n":"ü"}\n'))
    ends.once('heard', sender.close)
  })
  const heard: Said[] = []
  const onEvent = (event: Said) => void ends.emit({ 2: 'half', 4: 'heard' }[heard.push(event)] ?? 'more')
  await followEventStream<Said>(url, { hello: 1 }, onEvent, quiet).catch(() => undefined)
  t.same(heard, [{ n: '{"hello":1}' }, { n: 2 }, { n: 3 }, { n: 'ü' }])
  await closed
})

t.test('a stream ends when it is told to, when it is refused, and when what comes is no event', async (t) => {
  const { url } = await serve(t, (request, response) => {
    if (request.url === '/refused') return respond(response, 503, 'text/plain', 'no')
    if (request.url === '/broken') return void response.end('not json\n')
    openEventStream(response, { n: 0 }, () => undefined).send({ n: 1 })
  })
  const controller = new AbortController()
  const reason = new Error('the leader has changed')
  await t.rejects(
    followEventStream(url, {}, () => controller.abort(reason), controller.signal),
    reason,
  )
  await t.rejects(
    followEventStream(`${url}/refused`, {}, () => undefined, quiet),
    { message: /\/refused answered 503/ },
  )
  await t.rejects(
    followEventStream(`${url}/broken`, {}, () => undefined, quiet),
    { name: 'SyntaxError' },
  )
})

t.test('work is tried again with growing pauses, each failure told, until it is called off', async (t) => {
  const controller = new AbortController()
  const told: [string, number][] = []
  let tries = 0
  await keepTrying(
    async () => {
      tries += 1
      if (tries === 3) controller.abort(new Error('enough'))
      throw new Error(`try ${tries}`)
    },
    controller.signal,
    (error, pauseMs) => told.push([(error as Error).message, pauseMs]),
  )
  t.same(
    told,
    [
      ['try 1', 250],
      ['try 2', 500],
    ],
    'the failure of what was called off is none',
  )
  await keepTrying(
    async () => void t.fail('never begun'),
    AbortSignal.abort(),
    () => undefined,
  )
})

t.test('properties are read as Java reads them', async (t) => {
  const lines = [
    'a=1',
    ' b : two words ',
    'c three',
    '# d=4',
    '! e=5',
    'f=',
    'g=x\\',
    '   y',
    'h=\\u0041\\t\\=\\\\',
    'i=z\\\\\\',
    '  w',
    'url=http://x:1/?a=b',
    '',
  ]
  t.same(parseProperties(lines.join('\r\n')), {
    a: '1',
    b: 'two words',
    c: 'three',
    f: '',
    g: 'xy',
    h: 'A\t=\\',
    i: 'z\\w',
    url: 'http://x:1/?a=b',
  })
  const folder = t.testdir({})
  writeFileSync(join(folder, 'a.properties'), 'a=1\nb=x\n')
  const properties = await loadProperties(['-p', join(folder, 'a.properties')])
  t.equal(integerProperty(properties, 'a', 7), 1)
  t.equal(integerProperty(properties, 'absent', 7), 7)
  t.throws(() => integerProperty(properties, 'b', 7), { message: 'property b: expected a whole number, found "x"' })
  t.throws(() => requiredProperty(properties, 'absent'), { message: 'property absent is not set' })
  t.throws(() => requiredProperty({ a: '' }, 'a'), { message: 'property a is not set' })
  await t.rejects(loadProperties([]), { message: /-p FILE/ })
  await t.rejects(loadProperties(['-p', join(folder, 'absent')]), { code: 'ENOENT' })
})

t.test('the reason of an error is told with that of its cause', async (t) => {
  t.equal(
    errorWords(new Error('fetch failed', { cause: new Error('connect', { cause: 'ECONNREFUSED' }) })),
    'fetch failed: connect: ECONNREFUSED',
  )
  t.equal(errorWords('text'), 'text')
})

/** A server process with two things to stop. */
const program = `
import { createLog } from './deb/process/log.ts'
import { runUntilStopped } from './deb/process/run-until-stopped.ts'
const log = createLog('probe')
await runUntilStopped(log, async (onStop, signal) => {
  if (process.env.FAIL) throw new Error('no "port"')
  onStop(() => log('first'))
  onStop(async () => { log('second', { aborted: signal.aborted }); throw new Error('stuck') })
  log('ready', { a: 'plain', b: 'two words', c: 1 })
  setInterval(() => undefined, 1000)
})
`

function startProcess(env: Readonly<Record<string, string>> = {}) {
  return spawn(
    process.execPath,
    ['--import', new URL('../../../setup/ts-loader.mjs', import.meta.url).href, '--input-type=module', '-e', program],
    {
      cwd: new URL('../../..', import.meta.url),
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
}

t.test('a process is stopped in reverse order of its start, whatever of it fails, and ends with 0', async (t) => {
  const child = startProcess()
  const ended = once(child, 'exit')
  const said: string[] = []
  for await (const line of createInterface(child.stdout)) {
    said.push(line.replace(/^\S+Z /, ''))
    if (said.length === 1) child.kill('SIGTERM')
  }
  t.same(said, [
    'probe ready a=plain b="two words" c=1',
    'probe stopping signal=SIGTERM',
    'probe second aborted=true',
    'probe stop-failed reason=stuck',
    'probe first',
  ])
  t.same(await ended, [0, null])
})

t.test('a start that fails is one line, and ends with 1', async (t) => {
  const child = startProcess({ FAIL: '1' })
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')])
  t.match(said, /^\S+Z probe start-failed reason="no \\"port\\""\n$/)
  t.equal(code, 1)
})
