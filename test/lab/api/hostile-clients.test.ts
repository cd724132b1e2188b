import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { prepareCertificates } from '../../../lab/api/certificates.ts'
import { closeServer, listen } from '../../../lab/api/listen.ts'
import { createProxy } from '../../../lab/api/proxy.ts'
import { startFront } from '../../../lab/api/start-front.ts'
import { startMetadata } from '../../../lab/metadata/index.ts'
import { createRegistryHandler } from '../../../lab/registry/handler.ts'
import { withstand } from '../../hostile-clients.ts'

/* What listens inside of the lab, in this process and on loopback. Behind the proxy stands a server that answers as soon as it has a request. */

t.test('the front withstands whatever clients do, and the proxy and the registry behind it', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'titus-bed-front-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const emulator = createServer((request, response) => {
    request.resume().once('end', () => response.writeHead(403).end('<Code>MissingAuthenticationToken</Code>'))
  })
  const socketPath = join(folder, 'emulator.sock')
  await listen(emulator, { path: socketPath })
  t.teardown(() => closeServer(emulator))
  const proxy = createProxy(socketPath, () => undefined)
  t.teardown(() => proxy.close())
  const certificates = await prepareCertificates(folder, 'eu-west-1')
  const address = { address: '127.0.0.1', httpPort: 0, httpsPort: 0 }
  const front = await startFront({ ...address, certificates, api: proxy.handle, registry: createRegistryHandler(folder) })
  t.teardown(() => front.stop())
  // S3 takes objects of any size, so that a large body is passed on.
  await withstand(t, { port: front.httpPort, path: '/' }, 403)
  await withstand(t, { port: front.httpsPort, path: '/', isSecure: true }, 403)
  const path = `/v2/${'a'.repeat(4000)}!/manifests/latest`
  await withstand(t, { port: front.httpPort, host: 'registry-1.docker.io', path }, 405)
})

t.test('so does the metadata service', async (t) => {
  const metadata = await startMetadata({
    address: '127.0.0.1',
    port: 0,
    find: () => undefined,
    credentials: () => Promise.reject(new Error('there are none')),
  })
  t.teardown(() => metadata.stop())
  await withstand(t, { port: metadata.port, path: '/latest/meta-data/' }, 404)
})
