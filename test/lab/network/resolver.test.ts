import { randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect } from 'node:net'
import t from 'tap'
import { decode, encode } from 'dns-packet'
import type { RecordType } from 'dns-packet'
import { createResolver } from '../../../lab/network/resolver.ts'
import { answerQuery, buildNameTable } from '../../../lab/network/resolver-answers.ts'
import { translateAddress } from '../../../lab/network/relay.ts'
import { makeInterface, makeRegion } from '../region-state.ts'

const region = makeRegion({
  networkInterfaces: [
    makeInterface('eni-1', ['30.0.100.11', '30.0.100.50'], { instanceId: 'i-1' }),
    makeInterface('eni-2', ['30.0.1.10'], { instanceId: 'i-2', publicAddress: '192.0.2.7' }),
  ],
})
const table = buildNameTable(region, ['deb.debian.org'])

function ask(name: string, type: RecordType = 'A') {
  const answer = answerQuery(table, encode({ type: 'query', id: 7, flags: 0x100, questions: [{ name, type }] }))
  if (answer === undefined) throw new Error('no answer')
  const { id, answers, flags = 0, questions } = decode(answer)
  return {
    id,
    code: flags & 15,
    question: questions?.[0]?.name,
    data: (answers ?? []).map((each) => ('data' in each ? each.data : undefined)),
  }
}

t.test('names', async (t) => {
  const endpoints = [
    's3.eu-west-1.amazonaws.com',
    'bucket.s3.amazonaws.com',
    'STS.amazonaws.com',
    'registry-1.docker.io',
    'ec2.eu-west-1.api.aws',
    'deb.debian.org',
  ]
  for (const name of endpoints) t.match(ask(name), { id: 7, code: 0, question: name, data: ['198.51.100.1'] }, name)
  t.same(ask('ip-30-0-100-11.eu-west-1.compute.internal').data, ['30.0.100.11'])
  t.same(ask('ip-30-0-100-50.ec2.internal').data, ['30.0.100.50'])
  t.same(ask('instance-data.ec2.internal').data, ['169.254.169.254'])
  t.same(ask('11.100.0.30.in-addr.arpa', 'PTR').data, ['ip-30-0-100-11.eu-west-1.compute.internal'])
  t.match(ask('s3.amazonaws.com', 'AAAA'), { code: 0, data: [] }, 'the name is there, the record is not')
  for (const name of [
    'example.com',
    'ftp.debian.org',
    'notamazonaws.com',
    'ip-30-0-100-12.ec2.internal',
    'ip-1-2-3-4.example.com',
    'docker.io.example.com',
  ])
    t.match(ask(name), { code: 3, data: [] }, name)
  t.equal(ask('12.100.0.30.in-addr.arpa', 'PTR').code, 3)
})

t.test('what is no question', async (t) => {
  t.equal(answerQuery(table, Buffer.from('hello')), undefined)
  t.equal(answerQuery(table, Buffer.alloc(0)), undefined)
  t.equal(
    answerQuery(table, encode({ type: 'response', id: 1, questions: [{ name: 'a', type: 'A' }] })),
    undefined,
    'no answer to an answer',
  )
})

t.test('public addresses stand for private ones, which stand for themselves', async (t) => {
  t.equal(translateAddress(region, '192.0.2.7'), '30.0.1.10')
  t.equal(translateAddress(region, '30.0.1.10'), '30.0.1.10')
})

t.test('over UDP and TCP it withstands whatever clients send, and answers others', async (t) => {
  const port = 20_000 + (process.pid % 10_000)
  const address = '127.77.0.53'
  const resolver = createResolver(() => table, port)
  await resolver.listen(address)
  t.teardown(() => resolver.stop())
  const query = encode({ type: 'query', id: 7, flags: 0x100, questions: [{ name: 's3.eu-west-1.amazonaws.com', type: 'A' }] })
  const socket = createSocket('udp4')
  t.teardown(() => socket.close())
  for (let round = 0; round < 300; round += 1) {
    const half = Buffer.concat([query.subarray(0, round % query.length), randomBytes(round)])
    socket.send(half, port, address)
  }
  const streams = Array.from({ length: 100 }, (_, index) => {
    const stream = connect(port, address).on('error', () => undefined)
    // A length without a message, a message that is none, and queries whose answers nobody reads.
    stream.write(
      index % 3 === 0 ? Buffer.from([0xff, 0xff, 1]) : index % 3 === 1 ? Buffer.concat([Buffer.from([0, 9]), randomBytes(9)]) : framed,
    )
    t.teardown(() => stream.destroy())
    return stream
  })
  await Promise.all(streams.filter((stream) => stream.connecting).map((stream) => once(stream, 'connect')))
  const answers = new Promise<Buffer>((resolve) => {
    socket.on('message', (message: Buffer) => {
      if (message.readUInt16BE(0) === 7 && message.length > query.length) resolve(message)
    })
  })
  socket.send(query, port, address)
  const stream = connect(port, address)
  t.teardown(() => stream.destroy())
  stream.write(framed.subarray(0, 2 + query.length))
  const [overTcp] = (await once(stream, 'data')) as [Buffer]
  t.equal(overTcp.readUInt16BE(2), 7)
  t.equal((await answers).readUInt16BE(0), 7)
})

const framedQuery = encode({ type: 'query', id: 7, flags: 0x100, questions: [{ name: 's3.eu-west-1.amazonaws.com', type: 'A' }] })

/** Two hundred queries as TCP carries them. */
const framed = Buffer.concat(Array.from({ length: 200 }, () => Buffer.concat([Buffer.from([0, framedQuery.length]), framedQuery])))
