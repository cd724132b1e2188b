import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { createJournal } from '../../../runner/journal.ts'
import { reporterKinds } from '../../../runner/reporters/index.ts'
import { plainPalette } from '../../../runner/reporters/reporter.ts'
import { emptyReport, foldEvent } from '../../../runner/report.ts'
import { buildScenario, buildStep } from '../build-scenario.ts'
import { local, run } from '../local-run.ts'
import { formsOf, secret, tellingPieces } from '../masking/forms.ts'

const folder = mkdtempSync(join(tmpdir(), 'titus-bed-forms-'))
t.teardown(() => rmSync(folder, { recursive: true }))

t.test('no form of a secret is in a report of any kind, nor in the journal', async (t) => {
  const forms = formsOf(secret)
  const save = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  const read = (path: string, more: object) => buildStep('copy', { get: path }, { ...local, ...more })
  // What is captured is a secret; the steps after it find it, in one form each, where something else was expected.
  const steps = [
    read(save('secret', secret), { capture: { key: { from: 'text', secret: true } } }),
    ...forms.map(({ name, text }, index) =>
      read(save(`form${index}`, `before ${text} after`), { name, soft: true, expect: { text: 'something else', bytes: { gt: 1 } } }),
    ),
  ]
  const { events } = await run([buildScenario('forms', steps)])
  t.equal(events.filter(({ type }) => type === 'step-ended').length, forms.length + 1)

  const journalFile = join(folder, 'journal.jsonl')
  const journal = createJournal(journalFile, (reason) => t.fail(reason))
  events.forEach((event) => journal.write(event))
  journal.close()
  t.equal(statSync(journalFile).mode & 0o777, 0o600)

  const written: Readonly<Record<string, string>> = {
    journal: readFileSync(journalFile, 'utf8'),
    ...Object.fromEntries(
      Object.entries(reporterKinds).map(([name, kind]) => [
        name,
        drive(kind.create({ source: () => undefined, palette: plainPalette, again: () => '' }), events),
      ]),
    ),
  }
  for (const [place, text] of Object.entries(written)) {
    t.match(text, /\*\*\*/, place)
    for (const form of forms)
      t.same(
        tellingPieces(form).filter((piece) => text.includes(piece)),
        [],
        `${form.name}: ${place}`,
      )
  }
})

function drive(reporter: ReturnType<(typeof reporterKinds)[string]['create']>, events: Awaited<ReturnType<typeof run>>['events']): string {
  const said = events.map((event) => reporter.onEvent?.(event) ?? '').join('')
  return said + (reporter.finish?.(events.reduce(foldEvent, emptyReport)) ?? '')
}
