import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
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
  const journal = createJournal(path, (reason) => t.fail(reason))
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
  const warnings: string[] = []
  const second = createJournal(path, (reason) => warnings.push(reason))
  second.write({ ...event, at: 3 })
  second.close()
  t.match(warnings, [/EEXIST/])
  t.equal(readFileSync(path, 'utf8').split('\n').length, 3, 'no run overwrites another')
})

t.test('a journal that cannot be written is told once, and ends with a whole line', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'titus-bed-journal-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const warnings: string[] = []
  const warn = (reason: string) => void warnings.push(reason)
  writeFileSync(join(folder, 'runs'), 'a file in the place of the folder')
  const nowhere = createJournal(join(folder, 'runs/one/journal.jsonl'), warn)
  nowhere.write(event)
  nowhere.write(event)
  nowhere.close()
  t.equal(warnings.length, 1)
  t.match(warnings[0], /EEXIST|ENOTDIR/)

  const path = join(folder, 'journal.jsonl')
  const journal = createJournal(path, warn)
  journal.write(event)
  const cyclic: { self?: unknown } = {}
  cyclic.self = cyclic
  journal.write({ ...event, testbed: cyclic as never })
  journal.write(event)
  journal.close()
  journal.close()
  t.equal(warnings.length, 2)
  t.match(warnings[1], /circular/)
  t.equal(readFileSync(path, 'utf8'), `${JSON.stringify(event)}\n`)
})
