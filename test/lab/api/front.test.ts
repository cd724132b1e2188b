import t from 'tap'
import { execFile } from 'node:child_process'
import { createHash, X509Certificate } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { request } from 'node:https'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'

import { prepareCertificates, serverNames } from '../../../lab/api/certificates.ts'
import { findPython } from '../../../lab/api/find-python.ts'
import { startApi } from '../../../lab/api/index.ts'
import { startEmulator } from '../../../lab/api/start-emulator.ts'
import { startMetadata } from '../../../lab/metadata/index.ts'

import { account, admin, startLabApi } from './lab-api.ts'

// The emulator, and above all the aws command, take their time on a busy computer.
t.setTimeout(180_000)

const lab = await startLabApi((_, response) => response.end('the registry'))
t.teardown(() => lab.stop())
const ca = await readFile(lab.api.caFile)
const port = lab.api.front?.httpsPort ?? 0

/** A request by TLS to a name, verified with the lab's CA alone. */
function get(name: string, path: string): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path, servername: name, ca, headers: { host: name } }
    request(options, (answer) => {
      let body = ''
      answer.on('data', (part) => (body += String(part)))
      answer.once('end', () => resolve({ status: answer.statusCode ?? 0, body }))
    })
      .once('error', reject)
      .end()
  })
}

t.test('names of AWS and of Docker Hub, by TLS', async (t) => {
  const names = ['ec2', 'sts', 's3', 'autoscaling', 'titus-logs.s3'].map((service) => `${service}.eu-west-1.amazonaws.com`)
  for (const name of [
    ...names,
    'iam.amazonaws.com',
    'sts.amazonaws.com',
    'titus-logs.s3.amazonaws.com',
    's3.dualstack.eu-west-1.amazonaws.com',
  ])
    t.match(await get(name, '/'), { status: 403, body: /<Code>/ }, name)
  t.match((await get('ec2.eu-west-1.amazonaws.com', '/')).body, /<Response><Errors><Error><Code>MissingAuthenticationToken</)
  for (const name of ['registry-1.docker.io', 'index.docker.io', 'docker.io', 'auth.docker.io', 'production.cloudflare.docker.com'])
    t.match(await get(name, '/v2/'), { status: 200, body: 'the registry' }, name)
  await t.rejects(get('example.com', '/'), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' })
  t.match(
    await promisify(execFile)(
      'curl',
      [
        '-sS',
        '-o',
        '/dev/null',
        '-w',
        '%{http_code}',
        '--aws-sigv4',
        'aws:amz:eu-west-1:ec2',
        '-u',
        `${admin.accessKeyId}:${admin.secretAccessKey}`,
        '--cacert',
        lab.api.caFile,
        '--connect-to',
        `::127.0.0.1:${port}`,
        'https://ec2.eu-west-1.amazonaws.com/?Action=DescribeVpcs&Version=2016-11-15',
      ],
      { env: { PATH: process.env['PATH'] } },
    ),
    { stdout: '200' },
    'curl --aws-sigv4',
  )
})

t.test('bodies are streamed both ways and keep every byte', async (t) => {
  const client = new S3Client({ endpoint: lab.endpoint, region: 'eu-west-1', credentials: admin, forcePathStyle: true })
  await client.send(new CreateBucketCommand({ Bucket: 'packages' }))
  const bytes = Buffer.alloc(9_000_001, 'titus')
  for (let index = 0; index < bytes.length; index += 4096)
    bytes.writeUInt32LE((index * 2_654_435_761) >>> 0, Math.min(index, bytes.length - 4))
  await client.send(new PutObjectCommand({ Bucket: 'packages', Key: 'a/b.deb', Body: bytes }))
  const { Body, ContentLength } = await client.send(new GetObjectCommand({ Bucket: 'packages', Key: 'a/b.deb' }))
  const back = Buffer.from((await Body?.transformToByteArray()) ?? [])
  t.equal(ContentLength, bytes.length)
  t.equal(createHash('sha256').update(back).digest('hex'), createHash('sha256').update(bytes).digest('hex'))
  t.equal((await client.send(new HeadObjectCommand({ Bucket: 'packages', Key: 'a/b.deb' }))).ContentLength, bytes.length)
  // Curl sends Expect: 100-continue with an upload.
  const file = join(lab.stateDir, 'upload')
  await writeFile(file, bytes)
  const hash = createHash('sha256').update(bytes).digest('hex')
  const put = ['-sS', '-w', '%{http_code}', '-H', 'Expect: 100-continue', '-H', `x-amz-content-sha256: ${hash}`, '-T', file]
  const signed = ['--aws-sigv4', 'aws:amz:eu-west-1:s3', '-u', `${admin.accessKeyId}:${admin.secretAccessKey}`]
  const { stdout } = await promisify(execFile)('curl', [...put, ...signed, `${lab.endpoint}/packages/by-curl`], {
    env: { PATH: process.env['PATH'] },
  })
  t.equal(stdout, '200')
  t.equal((await client.send(new HeadObjectCommand({ Bucket: 'packages', Key: 'by-curl' }))).ContentLength, bytes.length)
  t.same(
    lab.changes.filter((change) => change !== 's3:PutObject'),
    ['s3:CreateBucket'],
  )
})

t.test('the socket of the API, for its owner alone', async (t) => {
  t.equal((await stat(lab.api.socketPath)).mode & 0o777, 0o600)
  for (const name of ['emulator.sock', 'emulator-internal.sock', 'emulator.log', 'tls/ca.key', 'tls/server.key'])
    t.equal((await stat(join(lab.stateDir, name))).mode & 0o077, 0, name)
  const status = (path: string): Promise<unknown> =>
    new Promise((resolve) => httpRequest({ socketPath: lab.api.socketPath, path }, (answer) => resolve(answer.resume().statusCode)).end())
  t.same([await status('/'), await status('/region')], [403, 403], 'what is internal is not on it')
})

t.test('certificates', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'lab-tls-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const first = await prepareCertificates(folder, 'us-west-2')
  const server = new X509Certificate(await readFile(first.certificateFile))
  const authority = new X509Certificate(await readFile(first.caFile))
  t.ok(server.verify(authority.publicKey) && authority.ca && !server.ca)
  t.match(server.publicKey.asymmetricKeyDetails, { namedCurve: 'prime256v1' })
  const days = (Date.parse(server.validTo) - Date.now()) / 86_400_000
  t.ok(days > 364 && days <= 365)
  for (const name of serverNames('us-west-2')) t.match(server.subjectAltName, `DNS:${name}`)
  await prepareCertificates(folder, 'us-west-2')
  t.equal(new X509Certificate(await readFile(first.certificateFile)).fingerprint, server.fingerprint, 'kept')
  await prepareCertificates(folder, 'eu-west-1')
  t.not(new X509Certificate(await readFile(first.certificateFile)).fingerprint, server.fingerprint, 'made anew for other names')
})

t.test('a start that fails says why, and leaves nothing', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'lab-fail-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const options = { stateDir: folder, region: 'eu-west-1', account, credentials: admin }
  await mkdir(join(folder, 'emulator.sock'))
  await t.rejects(startEmulator(options), { name: 'TestbedError', message: /ended \(exit code 1\); the end of .*IsADirectoryError/s })
  await rm(join(folder, 'emulator.sock'), { recursive: true })
  await t.rejects(startEmulator({ ...options, signal: AbortSignal.timeout(100) }), { name: /TimeoutError|AbortError/ })
  await t.rejects(findPython(folder), { name: 'TestbedError', hint: /pip install/ })
  const taken = { address: '127.0.0.1', httpsPort: port, httpPort: 0 }
  await t.rejects(startApi({ ...options, onChange: () => undefined, front: taken }), { code: 'EADDRINUSE' })
  await t.rejects(new Promise((_, reject) => connect(join(folder, 'emulator.sock')).once('error', reject)), { code: /ECONNREFUSED|ENOENT/ })
})

t.test('the end of the emulator is told', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), `lab-end-${'x'.repeat(90)}-`))
  t.teardown(() => rm(folder, { recursive: true }))
  const emulator = await startEmulator({ stateDir: folder, region: 'eu-west-1', account, credentials: admin })
  process.kill(emulator.pid, 'SIGKILL')
  t.match(await emulator.ended, /^the AWS API of the lab ended \(SIGKILL\)/)
  await emulator.stop()
})

t.test('the metadata service over HTTP: who asks is the source address', async (t) => {
  const { instances, networkInterfaces } = await lab.api.readRegion()
  t.same([instances, networkInterfaces], [[], []])
  const instance = {
    id: 'i-1',
    state: 'running',
    imageId: 'ami-1',
    instanceType: 'm4.large',
    architecture: 'x86_64',
    launchedAt: '',
    reservationId: 'r-1',
    launchIndex: 0,
    volumeGiB: 8,
    vpcId: 'vpc-1',
    subnetId: 'subnet-1',
    availabilityZone: 'eu-west-1a',
    privateAddress: '30.0.0.4',
    privateDnsName: 'ip',
    groupIds: [],
    tags: {},
    instanceProfileArn: 'arn',
    roleName: 'role',
    metadata: { httpTokens: 'required', httpEndpoint: 'enabled', hopLimit: 1, instanceTags: false },
  } as const
  let made = 0
  const metadata = await startMetadata({
    address: '127.0.0.1',
    port: 0,
    find: (address) => (address === '127.0.0.1' ? { instance, region: 'eu-west-1', account, interfaces: [] } : undefined),
    credentials: async () => {
      made += 1
      return {
        accessKeyId: `ASIA${made}`,
        secretAccessKey: 's',
        token: 't',
        lastUpdated: 'x',
        expiration: new Date(Date.now() + 6 * 3_600_000).toISOString(),
      }
    },
  })
  t.teardown(() => metadata.stop())
  const base = `http://127.0.0.1:${metadata.port}/latest`
  const path = `${base}/meta-data/iam/security-credentials/role`
  t.equal((await fetch(path)).status, 401)
  t.equal(made, 0, 'nothing is made for who may not read it')
  const put = await fetch(`${base}/api/token`, { method: 'PUT', headers: { 'X-aws-ec2-metadata-token-ttl-seconds': '60' } })
  const headers = { 'X-aws-ec2-metadata-token': await put.text() }
  t.match(await (await fetch(path, { headers })).json(), { Code: 'Success', AccessKeyId: 'ASIA1' })
  t.match(await (await fetch(path, { headers })).json(), { AccessKeyId: 'ASIA1' })
  t.equal(made, 1)
  const head = await fetch(`${base}/meta-data/instance-id`, { headers, method: 'HEAD' })
  t.match([head.status, head.headers.get('content-length'), head.headers.get('server')], [200, '3', 'EC2ws'])
  await t.rejects(
    new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port: metadata.port, path: '/latest/meta-data/', localAddress: '127.0.0.2', headers }
      httpRequest(options, (answer) => (answer.statusCode === 404 ? reject(new Error('nobody')) : resolve(0))).end()
    }),
    { message: 'nobody' },
  )
})
