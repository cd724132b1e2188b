import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { once, setMaxListeners } from 'node:events'
import { createServer as createTcpServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import { outputLimitBytes } from '../../../runner/hops/bounded-output.ts'
import type { ConnectionError } from '../../../runner/hops/connection-error.ts'
import { createHops } from '../../../runner/hops/hops.ts'
import { requestFrom } from '../../../runner/hops/http-request.ts'
import { parseHttpUrl } from '../../../runner/hops/http-url.ts'
import type { HttpUrl } from '../../../runner/hops/http-url.ts'
import { quoteWord, renderExports } from '../../../runner/hops/remote-command.ts'
import { getFile, putFile } from '../../../runner/hops/transfer.ts'
import { freePort, startSshTestbed } from '../sshd.ts'
import { waitFor } from '../wait-for.ts'

const never = new AbortController().signal
setMaxListeners(0, never)
const limits = { timeoutMs: 10_000, signal: never }

/** A process that has ended but that nobody has waited for runs no more. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

/** What `ps` shows of all processes. */
function processes() {
  return execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
}

/** An argument of `sleep` that nobody else on this computer uses. */
function unusual(index: number) {
  return `${54_320 + index}.${process.pid}`
}

t.test('words come back from a shell as they were', async (t) => {
  const words = ['plain', '', "it's", '$HOME `id` "x"', 'two\nlines', '*', '~', '-n', 'ü', '\\']
  const out = execFileSync('sh', ['-c', `printf '%s\\0' ${words.map(quoteWord).join(' ')}`], { encoding: 'utf8' })
  t.same(out.split('\0').slice(0, -1), words)
  t.throws(() => quoteWord('a\0b'), { code: 'command', message: /NUL/ })
  t.throws(() => renderExports({ 'a-b': '1' }), { code: 'command', message: /a-b/ })
})

t.test('commands over a bastion', async (t) => {
  const bed = await startSshTestbed(['bastion', 'gateway'])
  const hops = createHops(bed.testbed)
  t.teardown(async () => {
    await hops.close()
    await bed.stop()
  })
  const gateway = hops.machine('gateway')

  t.test('argv arrives unchanged, status and output come back', async (t) => {
    const exit = await gateway.exec(['sh', '-c', 'printf "%s|" "$@"; echo oops >&2; exit 3', 'x', 'a b', "it's", '$HOME'], limits)
    t.match(exit, {
      ended: 'exit',
      exitCode: 3,
      signal: null,
      stdout: "a b|it's|$HOME|",
      stderr: 'oops\n',
      cut: {},
    })
  })

  t.test('the environment is clean, standard input closed, values stand in no process list', async (t) => {
    const exit = await gateway.exec(['sh', '-c', 'env; cat; tr "\\0" " " </proc/self/cmdline'], {
      ...limits,
      env: { TOKEN: "s3cret'\nvalue" },
    })
    const names = exit.stdout.split('\n').map((line) => line.split('=')[0])
    t.ok(names.includes('TITUS_BED_EXEC') && exit.stdout.includes("TOKEN=s3cret'\nvalue"))
    t.notOk(
      names.some((name) => name?.startsWith('SSH_')),
      'nothing of the log-in',
    )
    const list = await gateway.exec(['ps', '-eo', 'args'], { ...limits, env: { TOKEN: 'not-to-be-seen' } })
    t.notMatch(list.stdout, /not-to-be-seen/)
  })

  t.test('standard input goes to the command alone, also beside an environment', async (t) => {
    const exit = await gateway.exec(['sh', '-c', 'cat; echo $A'], { ...limits, stdin: 'from here\n', env: { A: '1' } })
    t.equal(exit.stdout, 'from here\n1\n')
  })

  t.test('what is not there, and what dies of a signal', async (t) => {
    t.match(await gateway.exec(['no-such-program'], limits), { ended: 'exit', exitCode: 127 })
    t.match(await gateway.exec(['sh', '-c', 'kill -KILL $$'], limits), { ended: 'signal', exitCode: null, signal: 'KILL' })
  })

  t.test('fifty commands at once', async (t) => {
    const exits = await Promise.all(Array.from({ length: 50 }, (_, index) => gateway.exec(['echo', String(index)], limits)))
    t.same(
      exits.map(({ stdout, exitCode }) => [stdout, exitCode]),
      exits.map((_, index) => [`${index}\n`, 0]),
    )
  })

  t.test('output beyond the limit is dropped, not waited for', async (t) => {
    const exit = await gateway.exec(['sh', '-c', 'head -c 5000000 /dev/zero | tr "\\0" x'], limits)
    t.match(exit, { exitCode: 0, cut: { stdout: { reason: /bytes, in the middle, were left out/ } } })
    t.equal(exit.cut.stdout?.parts.join('').length, outputLimitBytes)
  })

  t.test('something in the background does not hold the step', async (t) => {
    const exit = await gateway.exec(['sh', '-c', 'sleep 30 & echo done'], limits)
    t.match(exit, { exitCode: 0, stdout: 'done\n', cut: { stdout: { reason: /still open/ } } })
  })

  t.test('a command that takes too long is ended on the machine', async (t) => {
    const exit = await gateway.exec(['sleep', unusual(1)], { ...limits, timeoutMs: 300 })
    t.match(exit, { ended: 'timeout', exitCode: null, cleared: true })
    t.notMatch(processes(), `sleep ${unusual(1)}`)
  })

  t.test('one that is interrupted too, with all that it started', async (t) => {
    const begun = join(bed.dir, 'begun')
    const controller = new AbortController()
    const script = `setsid sleep ${unusual(2)} & trap "" TERM; echo out; echo $$ >"$0"; while :; do sleep 0.1; done`
    const running = gateway.exec(['sh', '-c', script, begun], { ...limits, signal: controller.signal })
    await waitFor('the command began', () => existsSync(begun) && readFileSync(begun, 'utf8').endsWith('\n'))
    controller.abort()
    t.match(await running, { ended: 'cancelled', cleared: true, stdout: 'out\n' })
    t.notOk(isRunning(Number(readFileSync(begun, 'utf8'))), 'the shell is gone, though it ignores TERM')
    t.notMatch(processes(), `sleep ${unusual(2)}`, 'so is what left its process group')
  })

  t.test('whenever it is interrupted, nothing is left', async (t) => {
    for (const ms of [1, 4, 8, 12, 16, 24, 32]) {
      const running = gateway.exec(['sleep', unusual(3)], { ...limits, signal: AbortSignal.timeout(ms) })
      const ended = await running.then(
        (exit) => exit.ended,
        (error: ConnectionError) => error.code,
      )
      t.match(ended, /^(cancelled|interrupted)$/, `after ${ms} ms`)
      t.notMatch(processes(), `sleep ${unusual(3)}`)
    }
  })

  t.test('HTTP from the machine, without a client there', async (t) => {
    const server = createServer((request, response) => {
      if (request.url === '/moved') return void response.writeHead(302, { location: '/' }).end()
      let body = ''
      request.on('data', (chunk: Buffer) => (body += chunk.toString()))
      request.on('end', () =>
        response.writeHead(201, { 'x-seen': `${request.method} ${String(request.headers['x-a'])}` }).end(`got ${body}`),
      )
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const url = (path: string) => parseHttpUrl(`http://localhost:${port}${path}`) as HttpUrl
    const answer = await requestFrom(gateway, { ...limits, method: 'POST', url: url('/x?y=1'), headers: { 'x-a': 'b' }, body: 'hällo' })
    t.match(answer, { status: 201, body: 'got hällo', headers: { 'x-seen': 'POST b' } })
    t.match(
      await requestFrom(gateway, { ...limits, method: 'GET', url: url('/moved'), headers: {} }),
      { status: 302 },
      'redirects are results',
    )
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
    await t.rejects(requestFrom(gateway, { ...limits, method: 'GET', url: url('/'), headers: {} }), {
      code: 'connection',
      message: /Connection refused/,
    })
  })

  t.test('TCP: open, refused, filtered', async (t) => {
    const server = createTcpServer((socket) => socket.end('hi')).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const open = await gateway.dial('127.0.0.1', port, limits)
    t.equal(open.state, 'open')
    if (open.state === 'open') open.stream.destroy()
    server.close()
    t.match(await gateway.dial('127.0.0.1', await freePort(), limits), { state: 'refused' })
    await t.rejects(
      gateway.dial('no-such-name.invalid', 80, limits),
      { code: 'name' },
      'a name that does not resolve says nothing of a port',
    )
  })

  t.test('files arrive whole', async (t) => {
    const content = Buffer.from(Array.from({ length: 200_000 }, (_, index) => index % 256))
    const path = join(bed.dir, 'a file')
    const put = await putFile(gateway, content, path, '0640', limits)
    t.equal(put.bytes, content.length)
    const pieces: Buffer[] = []
    const got = await getFile(gateway, path, (piece) => pieces.push(piece), limits)
    t.ok(Buffer.concat(pieces).equals(content))
    t.same(got, put)
    await t.rejects(
      getFile(gateway, '/no/such', () => undefined, limits),
      /cannot read \/no\/such on gateway/,
    )
    await t.rejects(putFile(gateway, content, '/no/such/file', '0640', limits), /cannot write \/no\/such\/file on gateway/)
  })

  t.test('a connection that dies under a command is told as lost, and the next command connects anew', async (t) => {
    // The parent of `timeout` is the sshd of this connection.
    const exit = await gateway.exec(['sh', '-c', 'kill -KILL $(ps -o ppid= -p $PPID); sleep 3'], limits)
    t.match(exit, { ended: 'lost', exitCode: null, cleared: false })
    t.match(await gateway.exec(['echo', 'back'], limits), { stdout: 'back\n', exitCode: 0 })
  })

  t.test('a machine that is gone', async (t) => {
    const running = gateway.exec(['sh', '-c', 'echo >"$0"; sleep 20', join(bed.dir, 'sleeping')], limits)
    await waitFor('the command began', () => existsSync(join(bed.dir, 'sleeping')))
    await bed.kill('gateway')
    t.match(await running, { ended: 'lost', exitCode: null })
    await t.rejects(gateway.exec(['true'], limits), { code: 'connection', message: /gateway/ })
    t.match(await hops.machine('bastion').exec(['echo', 'still'], limits), { stdout: 'still\n' }, 'the bastion is as it was')
  })
})

t.test('this computer', async (t) => {
  const { local } = createHops({ name: 'x', target: 'lab', region: 'r', account: '0', hosts: [], outputs: {}, api: {} })
  t.match(await local.exec(['sh', '-c', 'echo $A; exit 2'], { ...limits, env: { A: 'b' } }), { exitCode: 2, stdout: 'b\n' })
  t.match(await local.exec(['no-such-program'], limits), { exitCode: 127 })
  await t.rejects(local.exec(['echo', 'a\0b'], limits), { code: 'command' })
  t.match(await local.exec(['sh', '-c', `sleep ${unusual(4)} & sleep ${unusual(4)}`], { ...limits, timeoutMs: 300 }), {
    ended: 'timeout',
    cleared: true,
  })
  t.notMatch(processes(), `sleep ${unusual(4)}`)
  t.match(await local.dial('127.0.0.1', await freePort(), limits), { state: 'refused' })
})
