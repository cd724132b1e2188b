import t from 'tap'
import { momentsOfAnswer } from '../../../runner/timeline/of-answer.ts'

function read(name: string, text: string, skewMs = 0) {
  return momentsOfAnswer({ host: 'gateway', name, text, skewMs })
}

t.test('a line of the journal, to the microsecond, corrected for the clock of its machine', async (t) => {
  const line = '2026-11-28T10:00:01.123456+0000 ip-30-0-100-12 titus-server-gateway[417]: listening: on :7001'
  t.same(read('journal', `-- Boot 1 --\n${line}\n\n  more of it`, 90_000), [
    {
      at: Date.UTC(2026, 10, 28, 9, 58, 31) + 123.456,
      kind: 'journal',
      unit: 'titus-server-gateway',
      text: 'titus-server-gateway: listening: on :7001',
      host: 'gateway',
    },
  ])
  t.match(read('unit-nginx.service', '2026-11-28T12:00:01.5+02:00 host kernel: gone'), [
    { at: Date.UTC(2026, 10, 28, 10, 0, 1) + 500, unit: 'nginx.service', text: 'kernel: gone' },
  ])
})

t.test('containers: when they were made, began and ended, and what they wrote', async (t) => {
  const inspected = (name: string, state: object) =>
    JSON.stringify([{ Name: `/${name}`, Created: '2026-11-28T10:00:00.123456789Z', Config: { Image: 'nginx' }, State: state }], null, 4)
      .replace(/^\[\s+/, '[\n    ')
      .concat('\n')
  const text = [
    inspected('one', { StartedAt: '2026-11-28T10:00:01Z', FinishedAt: '2026-11-28T10:00:09Z', ExitCode: 137, OOMKilled: true }),
    inspected('two', { StartedAt: '0001-01-01T00:00:00Z', FinishedAt: '0001-01-01T00:00:00Z' }),
  ].join('')
  t.same(
    read('container-details', text).map((moment) => [moment.unit, moment.text]),
    [
      ['one', 'container made of nginx'],
      ['one', 'container started'],
      ['one', 'container ended with exit code 137, out of memory'],
      ['two', 'container made of nginx'],
    ],
  )
  const logs = '== 0123456789abcdef\n2026-11-28T10:00:02.5Z GET / 200\nno stamp\n'
  t.match(read('container-logs', logs), [{ unit: '0123456789ab', text: 'GET / 200', at: Date.UTC(2026, 10, 28, 10, 0, 2) + 500 }])
})

t.test('states of Titus, those that were before with them', async (t) => {
  const at = Date.UTC(2026, 10, 28, 10)
  const task = {
    id: 'task-1',
    jobId: 'job-1',
    status: { state: 'Finished', timestamp: String(at + 5), reasonCode: 'failed', reasonMessage: 'exit 1' },
    statusHistory: [{ state: 'Accepted', timestamp: at }],
  }
  t.same(
    read('titus-tasks', `${JSON.stringify({ items: [task] })}\n* curl says something`).map((moment) => [moment.at - at, moment.text]),
    [
      [0, 'task Accepted'],
      [5, 'task Finished (failed: exit 1)'],
    ],
  )
})

t.test('what is nothing of the kind tells nothing', async (t) => {
  for (const name of ['journal', 'container-details', 'container-logs', 'titus-tasks', 'disk'])
    for (const text of ['', 'sudo: a password is required', '[', '{"items": 3}', '[1]', '{"items":[{"id":1}]}'])
      t.same(read(name, text), [])
})
