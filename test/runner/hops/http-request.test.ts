import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { createServer as createTcpServer } from 'node:net'
import { join } from 'node:path'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import t from 'tap'
import type { Test } from 'tap'
import { requestFrom } from '../../../runner/hops/http-request.ts'
import type { HttpRequest, HttpResponse } from '../../../runner/hops/http-request.ts'
import { parseHttpUrl } from '../../../runner/hops/http-url.ts'
import type { HttpUrl } from '../../../runner/hops/http-url.ts'
import { createLocalMachine } from '../../../runner/hops/local-machine.ts'

const machine = createLocalMachine()

function ask(url: string, more: Partial<HttpRequest> = {}): Promise<HttpResponse> {
  const signal = new AbortController().signal
  return requestFrom(machine, { method: 'GET', url: parseHttpUrl(url) as HttpUrl, headers: {}, timeoutMs: 10_000, signal, ...more })
}

/** A server that says these bytes to whoever connects, and then ends. */
async function serveBytes(t: Test, bytes: Buffer | string): Promise<string> {
  const server = createTcpServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => socket.end(bytes))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function answer(body: Buffer | string, headers: Readonly<Record<string, string>> = {}): Buffer {
  const lines = Object.entries({ 'content-length': String(Buffer.byteLength(body)), ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  )
  return Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\n${lines.join('')}\r\n`), Buffer.from(body)])
}

t.test('a body is decoded as its content-encoding says', async (t) => {
  const text = 'Grüße '.repeat(500)
  const codings = {
    gzip: gzipSync(text),
    deflate: deflateSync(text),
    br: brotliCompressSync(text),
    'deflate, gzip': gzipSync(deflateSync(text)),
  }
  for (const [coding, body] of Object.entries(codings))
    t.match(await ask(await serveBytes(t, answer(body, { 'content-encoding': coding }))), { body: text, cut: undefined }, coding)
  t.match(await ask(await serveBytes(t, answer(deflateRawSync(text), { 'content-encoding': 'deflate' }))), { body: text }, 'bare deflate')
  const bad = { name: 'UndecodableBody', message: /not gzip/ }
  await t.rejects(ask(await serveBytes(t, answer('plain', { 'content-encoding': 'gzip' }))), bad)
  await t.rejects(ask(await serveBytes(t, answer('x', { 'content-encoding': 'zstd' }))), {
    name: 'UndecodableBody',
    message: /coded as zstd/,
  })
})

t.test('of a small body that holds a huge one the beginning is unpacked, and the rest is told as missing', async (t) => {
  const huge = Buffer.alloc(20_000_000, 'x')
  const codings = {
    gzip: gzipSync(huge),
    br: brotliCompressSync(huge),
    deflate: deflateRawSync(huge),
    'gzip, gzip': gzipSync(gzipSync(huge)),
  }
  for (const [coding, bomb] of Object.entries(codings)) {
    const { status, body, cut } = await ask(await serveBytes(t, answer(bomb, { 'content-encoding': coding })))
    t.match(
      { status, cut },
      { status: 200, cut: { reason: /has more than 1048576 bytes, of which the beginning is kept$/, parts: [body] } },
      coding,
    )
    t.equal(body.length, 1_048_576, coding)
  }
})

const counted = Array.from({ length: 500 }, (_, number) => `line ${number * number}`).join('\n')

t.test('a coded body that ends early is not whole, also where nobody announced its length', async (t) => {
  for (const [coding, coded] of Object.entries({
    gzip: gzipSync(counted),
    br: brotliCompressSync(counted),
    deflate: deflateSync(counted),
  })) {
    const head = `HTTP/1.1 200 OK\r\ncontent-encoding: ${coding}\r\nconnection: close\r\n\r\n`
    const half = await ask(await serveBytes(t, Buffer.concat([Buffer.from(head), coded.subarray(0, coded.length / 2)])))
    t.match(half, { status: 200, cut: { reason: `the body ended before what it holds as ${coding}` } }, coding)
    t.ok(counted.startsWith(half.body), coding)
  }
})

t.test('the charset is honoured and a byte order mark dropped', async (t) => {
  const latin = Buffer.from('Gr\xfc\xdfe', 'latin1')
  t.match(await ask(await serveBytes(t, answer(latin, { 'content-type': 'text/plain; charset=iso-8859-1' }))), { body: 'Grüße' })
  t.match(await ask(await serveBytes(t, answer('\ufeff{"a":1}'))), { body: '{"a":1}' })
  const unknown = answer('x', { 'content-type': 'text/plain; charset=klingon' })
  await t.rejects(ask(await serveBytes(t, unknown)), { name: 'UndecodableBody', message: /klingon/ })
})

t.test('no header is dropped, and cookies stay apart', async (t) => {
  const server = createServer((_, response) => {
    response.setHeader('set-cookie', ['a=1; Path=/', 'b=2'])
    response.setHeader('x-many', ['one', 'two'])
    response.setHeader('big', 'x'.repeat(65_536 - 1))
    response.end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const { headers } = await ask(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, {})
  t.same(headers['set-cookie'], ['a=1; Path=/', 'b=2'])
  t.equal(headers['x-many'], 'one, two')
  t.equal(headers['big']?.length, 65_535)
  const twice = 'HTTP/1.1 200 OK\r\nage: 1\r\nage: 2\r\ncontent-length: 0\r\n\r\n'
  t.equal((await ask(await serveBytes(t, twice))).headers['age'], '1, 2', 'of what may come once only, both are told')
})

t.test('a path is sent as it was written', async (t) => {
  const server = createServer((request, response) => response.end(request.url)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const rows = { '/x/../y': '/x/../y', '/a//b?q=%2F': '/a//b?q=%2F', '': '/', '?a=1': '/?a=1', '/ü b#part': '/%C3%BC%20b', '/\\x': '/\\x' }
  for (const [written, sent] of Object.entries(rows)) t.equal((await ask(`${base}${written}`)).body, sent, written)
})

t.test('a body that ends early says so, and what came is there', async (t) => {
  const early = await ask(await serveBytes(t, 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n123456789'))
  t.match(early, { status: 200, body: '123456789', cut: { reason: 'the body ended after 9 of 100 bytes', parts: ['123456789'] } })
  const chunked = await ask(await serveBytes(t, 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n'))
  t.match(chunked, { body: 'abc', cut: { reason: /ended after 3 bytes, before its end/ } })
  const zipped = gzipSync('a text that is long enough to be cut in the middle of it, as a connection would'.repeat(20))
  const head = `HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: ${zipped.length}\r\n\r\n`
  const half = await ask(await serveBytes(t, Buffer.concat([Buffer.from(head), zipped.subarray(0, zipped.length - 12)])))
  t.match(half, { body: /^a text that is/, cut: { reason: /of \d+ bytes/ } })
  const large = await ask(await serveBytes(t, answer(`begin${'x'.repeat(5000)}end`)), { limitBytes: 100 })
  t.match(large, { body: /^begin[^]*bytes left out[^]*end$/, cut: { reason: /4908 of 5008 bytes of the body, in the middle/ } })
})

t.test('what a certificate lacks is told in a line, and does not count as unreachable', async (t) => {
  const folder = t.testdir()
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ed25519', '-nodes', '-keyout', key, '-out', cert, ...subject], { stdio: 'ignore' })
  const ca = readFileSync(cert, 'utf8')
  const server = createTlsServer({ key: readFileSync(key), cert: ca }, (_, response) => response.end('inside')).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const { port } = server.address() as AddressInfo
  await t.rejects(ask(`https://localhost:${port}/`), {
    code: 'tls',
    message: /^local -> localhost:\d+: its certificate is signed by itself$/,
  })
  t.match(await ask(`https://localhost:${port}/`, { trust: { insecure: true } }), { body: 'inside' })
  t.match(await ask(`https://localhost:${port}/`, { trust: { ca } }), { body: 'inside' })
  await t.rejects(ask(`https://127.0.0.1:${port}/`, { trust: { ca } }), { code: 'tls', message: /for another name: DNS:localhost$/ })
  const plain = await serveBytes(t, answer('no TLS here'))
  await t.rejects(ask(plain.replace('http:', 'https:')), { code: 'tls', message: /TLS failed: [^\n]*$/, hint: /http:\/\// })
})
