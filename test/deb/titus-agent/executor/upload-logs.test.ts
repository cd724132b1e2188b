import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { symlink, truncate, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import t from 'tap'
import type { AwsConnection } from '../../../../deb/titus-agent/aws/query-api.ts'
import { nameLogFolder, uploadLogs } from '../../../../deb/titus-agent/executor/upload-logs.ts'
import { admin, startLabApi } from '../../../lab/api/lab-api.ts'

// Against the real AWS API of the lab.
t.setTimeout(180_000)
const lab = await startLabApi()
t.teardown(() => lab.stop())
const connection: AwsConnection = { region: 'eu-west-1', endpoint: lab.endpoint, credentials: async () => admin }
const s3 = new S3Client({ region: 'eu-west-1', endpoint: lab.endpoint, credentials: admin, forcePathStyle: true })
t.teardown(() => s3.destroy())
const store = { connection, bucket: 'logs-of-tasks', stack: 'mainvpc' }

t.test('what a task leaves in its /logs is in the bucket, byte for byte, and nothing that it points at', async (t) => {
  await s3.send(new CreateBucketCommand({ Bucket: store.bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }))
  const folder = t.testdir({ stdout: 'a line é\n', stderr: '', app: { "odd (name)'s+1.log": 'x' }, empty: {} })
  await symlink('/etc/passwd', join(folder, 'link'))
  await symlink('/etc', join(folder, 'folder'))
  await promisify(execFile)('mkfifo', [join(folder, 'fifo')])
  await writeFile(join(folder, 'large'), '')
  await truncate(join(folder, 'large'), 3_000_000)
  const told: string[] = []
  await uploadLogs(store, 'task-1', folder, (line) => told.push(line))
  t.same(told, [])
  const listed = await s3.send(new ListObjectsV2Command({ Bucket: store.bucket }))
  const below = `${nameLogFolder('mainvpc', 'task-1')}/`
  t.equal(below, 'titan/mainvpc/logs/task-1/')
  t.same(listed.Contents?.map(({ Key, Size }) => [Key?.slice(below.length), Size]).sort(), [
    ["app/odd (name)'s+1.log", 1],
    ['large', 3_000_000],
    ['stderr', 0],
    ['stdout', 10],
  ])
  const stdout = await s3.send(new GetObjectCommand({ Bucket: store.bucket, Key: `${below}stdout` }))
  t.equal(await stdout.Body?.transformToString(), 'a line é\n')
  t.equal(stdout.ContentType, 'text/plain')
})

t.test('what cannot be uploaded is told, with what S3 says', async (t) => {
  const folder = t.testdir({ stdout: 'x', stderr: 'y' })
  const told: string[] = []
  await uploadLogs({ ...store, bucket: 'nobodys-bucket' }, 'task-2', folder, (line) => told.push(line))
  t.match(told.sort(), [
    /^task-2: error uploading stderr to s3:\/\/nobodys-bucket\/titan\/mainvpc\/logs\/task-2\/stderr: NoSuchBucket: /,
    /^task-2: error uploading stdout to s3:\/\/nobodys-bucket\/titan\/mainvpc\/logs\/task-2\/stdout: NoSuchBucket: /,
  ])
  await t.rejects(
    uploadLogs(store, 'task-3', join(folder, 'nothing'), () => undefined),
    { code: 'ENOENT' },
  )
})

t.test('an S3 that says nothing is waited for no longer than there is time', async (t) => {
  let asked = 0
  // It may be that fetch connects anew after it was told to give up; it asks nothing then.
  const deaf = createServer((socket) => {
    socket.once('data', () => (asked += 1))
    socket.on('error', () => undefined)
  }).listen(0, '127.0.0.1')
  await once(deaf, 'listening')
  t.teardown(() => deaf.close())
  const endpoint = `http://127.0.0.1:${(deaf.address() as AddressInfo).port}`
  const told: string[] = []
  await uploadLogs(
    { ...store, connection: { ...connection, endpoint } },
    'task-4',
    t.testdir({ stdout: 'x' }),
    (line) => told.push(line),
    100,
  )
  t.match(told, [/^task-4: error uploading stdout to .*: PutObject at 127\.0\.0\.1:\d+: .*timeout/])
  t.equal(asked, 1, 'with no other attempt')
})
