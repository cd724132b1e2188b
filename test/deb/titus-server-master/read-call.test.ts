import t from 'tap'
import { readCall } from '../../../deb/titus-server-master/read-call.ts'
import { batchJob, callOf, serviceJob } from '../titus-server-gateway/api.ts'

const jobs = [batchJob(), serviceJob()].map((job) => callOf('POST', '/api/v3/jobs', job))

/** Every way to spoil one part of a value, however deep: gone, null, of another type. */
function* spoilt(value: unknown): Generator<unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return
  for (const [key, inner] of Object.entries(value)) {
    const { [key]: _gone, ...rest } = value as Readonly<Record<string, unknown>>
    yield rest
    for (const bad of [null, 7, 'x', true, [1], { x: 1 }]) {
      if (bad === null || typeof bad !== typeof inner || Array.isArray(bad) !== Array.isArray(inner)) yield { ...rest, [key]: bad }
    }
    for (const worse of spoilt(inner)) yield { ...rest, [key]: worse }
  }
}

t.test('what the gateway sends is a call', async (t) => {
  for (const call of jobs) {
    const sent = JSON.stringify(call)
    t.same(readCall(sent), JSON.parse(sent))
  }
  const page = { pageNumber: 0, pageSize: 10, cursor: '' }
  for (const call of [
    { method: 'findJobs', page, criteria: {} },
    { method: 'findTask', id: 'a' },
    { method: 'killTask', id: 'a', shrink: false, user: 'u' },
    { method: 'getPolicies' },
    { method: 'getInstanceGroups' },
    { method: 'createSelector', selector: { id: '' } },
  ])
    t.same(readCall(JSON.stringify(call)), call)
})

t.test('what is not whole, or of another type somewhere, is none', async (t) => {
  for (const body of ['', 'null', '[]', '7', '{', '{}', '{"method":"constructor"}', '{"method":"findJob"}', '{"method":"findJob","id":7}'])
    t.equal(readCall(body), undefined, body)
  for (const call of jobs) {
    let count = 0
    for (const bad of spoilt(JSON.parse(JSON.stringify(call)))) {
      const text = JSON.stringify(bad)
      if (readCall(text) !== undefined)
        t.match(text, /"(efsMounts|attributes|env|constraints)"/, 'only maps and lists have parts that may be missing')
      count += 1
    }
    t.ok(count > 100, `${count} calls`)
  }
  const [batch, service] = jobs.map((call) => ('descriptor' in call ? call.descriptor : undefined))
  const neither = { ...batch, batch: undefined }
  t.equal(readCall(JSON.stringify({ method: 'createJob', descriptor: neither })), undefined, 'neither a batch nor a service')
  const both = { ...batch, service: service?.service }
  t.equal(readCall(JSON.stringify({ method: 'createJob', descriptor: both })), undefined, 'both of them')
})
