import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { createServer, request } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { createForwarder, hostsOf, renderSources, serveMirrors } from '../../../lab/mirror/index.ts'
import { parseTargets, translateRequest } from '../../../lab/mirror/mirrors.ts'

const mirrors = parseTargets(`Debian|http://deb.debian.org/debian/|bookworm|main
Debian|http://deb.debian.org/debian/|bookworm|main
Debian|https://security.example/debian-security|bookworm-security|main
Node Source|https://deb.nodesource.com/node_20.x/|nodistro|main
`)

t.test('of what apt knows, the servers of the distribution are mirrors', async (t) => {
  t.same(hostsOf(mirrors), ['deb.debian.org', 'security.example'])
  t.equal(
    renderSources(mirrors),
    'deb http://deb.debian.org/debian/ bookworm main\ndeb http://security.example/debian-security/ bookworm-security main\n',
  )
  const listed = parseTargets(
    'Ubuntu|mirror+file:/etc/apt/apt-mirrors.txt/|noble|main\n',
    (path) => `http://${path.length}.example/u\tpriority:1\n`,
  )
  t.same(listed, [{ uri: 'http://24.example/u/', suite: 'noble', component: 'main' }])
})

t.test('nothing but files of the mirrors gets out', async (t) => {
  const uriOf = (host: string, path: string) => translateRequest(mirrors, host, path)
  t.equal(uriOf('deb.debian.org', '/debian/pool/a_1%3a2+b~1.deb'), 'http://deb.debian.org/debian/pool/a_1%3a2+b~1.deb')
  t.equal(uriOf('security.example', '/debian-security/dists/x'), 'https://security.example/debian-security/dists/x')
  for (const [host, path] of [
    ['deb.debian.org', '/other/a.deb'],
    ['deb.debian.org', '/debian/../other'],
    ['deb.debian.org', '/debian/%2e%2E/other'],
    ['deb.debian.org', '/debian/a?b=c'],
    ['deb.debian.org', 'http://elsewhere.example/debian/'],
    ['deb.nodesource.com', '/node_20.x/a.deb'],
    ['elsewhere.example', '/debian/a.deb'],
  ] as const) {
    t.equal(uriOf(host, path), undefined, `${host} ${path}`)
  }
})

t.test('the door fetches a file once, asks again for what changes, and goes on with what it has', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'titus-bed-door-'))
  const cacheDir = join(folder, 'cache')
  const asked: string[] = []
  const offline = new Set<string>()
  const server = await serveMirrors(join(folder, 'door'), { mirrors, cacheDir }, async (uri, file) => {
    asked.push(uri)
    if (offline.has(uri)) throw new Error('no route')
    if (uri.endsWith('absent')) return false
    writeFileSync(file, `content of ${uri}`)
    return true
  })
  const front = createServer(createForwarder(join(folder, 'door'))).listen(0, '127.0.0.1')
  await once(front, 'listening')
  t.teardown(() => {
    server.close()
    front.close()
    rmSync(folder, { recursive: true })
  })
  const { port } = front.address() as { port: number }
  const get = async (path: string, method = 'GET') => {
    const call = request({ port, path, method, headers: { host: 'deb.debian.org' }, agent: false }).end()
    const [response] = (await once(call, 'response')) as [IncomingMessage]
    return [response.statusCode, await text(response)] as const
  }
  const [deb, release] = ['/debian/pool/a.deb', '/debian/dists/bookworm/InRelease']
  t.same(
    await Promise.all([get(deb), get(deb)]),
    [1, 2].map(() => [200, `content of http://deb.debian.org${deb}`]),
  )
  await get(release)
  t.same(await get(release, 'HEAD'), [200, ''])
  t.same(
    asked,
    [deb, release].map((path) => `http://deb.debian.org${path}`),
  )

  const old = new Date(Date.now() - 2 * 60 * 60 * 1000)
  for (const name of readdirSync(cacheDir)) utimesSync(join(cacheDir, name), old, old)
  offline.add(`http://deb.debian.org${release}`)
  asked.length = 0
  t.same(await get(deb), [200, `content of http://deb.debian.org${deb}`])
  t.same(await get(release), [200, `content of http://deb.debian.org${release}`], 'servers that do not answer are no reason to stop')
  t.same(asked, [`http://deb.debian.org${release}`])

  t.same(await get('/debian/absent'), [404, ''])
  t.match(await get(deb, 'PUT'), [405])
  t.match(await get('/elsewhere'), [404])
  offline.add('http://deb.debian.org/debian/new')
  t.match(await get('/debian/new'), [502, /no route/])
})
