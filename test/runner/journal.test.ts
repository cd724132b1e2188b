import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { createJournal } from '../../runner/journal.ts'
import type { Event } from '../../schemas/event.ts'

const event: Event = { at: 1, run: 'r', type: 'run-started', testbed: 'blue', target: 'lab', scenarios: ['a\nb'] }

t.test('each event is a line as soon as it has happened, for its owner alone, and no run overwrites another', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'titus-bed-journal-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'runs/one/journal.jsonl')
  const journal = createJournal(path)
  journal.write(event)
  t.equal(readFileSync(path, 'utf8'), `${JSON.stringify(event)}\n`, 'before it is closed')
  journal.write({ ...event, at: 2 })
  journal.close()
  t.same(
    readFileSync(path, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Event),
    [event, { ...event, at: 2 }],
  )
  t.equal(statSync(path).mode & 0o777, 0o600)
  t.equal(statSync(join(folder, 'runs/one')).mode & 0o777, 0o700)
  t.throws(() => createJournal(path), { code: 'EEXIST' })
})
