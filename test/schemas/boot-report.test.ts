import t from 'tap'
import { parseBootReport } from '../../schemas/boot-report.ts'

const at = '2026-01-01T00:00:00Z'

t.test('a report is read, and what is none is told', async (t) => {
  for (const report of [
    { state: 'booting', at },
    { state: 'ready', at },
    { state: 'failed', line: 7, command: 'false', at },
  ] as const)
    t.same(parseBootReport(`${JSON.stringify(report)}\n`), report)
  for (const text of ['', '{', 'null', '{}', '{"state":"ready"}', `{"state":"asleep","at":"${at}"}`, `{"state":"failed","at":"${at}"}`])
    t.equal(parseBootReport(text), undefined, text)
})
