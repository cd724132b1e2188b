import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { inputError } from '../../schemas/failure.ts'
import { journalIn, namesIn, runsIn } from '../running/run-folder.ts'

/** A run that left something here. */
export interface KnownRun {
  readonly testbed: string
  readonly run: string
  readonly folder: string
}

/** The runs of all testbeds here, or of one, the last first: they are named by their time. */
function knownRuns(cwd: string, testbed?: string): readonly KnownRun[] {
  const state = join(cwd, '.titus-bed')
  return (testbed === undefined ? namesIn(state) : [testbed])
    .map((name) => ({ name, runs: runsIn(join(state, name)) }))
    .flatMap(({ name, runs }) => namesIn(runs).map((run) => ({ testbed: name, run, folder: join(runs, run) })))
    .filter(({ folder }) => existsSync(journalIn(folder)))
    .toSorted((a, b) => (a.run < b.run ? 1 : -1))
}

/** A run by its name, or by a beginning of it that no other has; the last one unless it is named. @throws InputError when there is none */
export function findRun(cwd: string, wanted: string | undefined, testbed?: string): KnownRun {
  const runs = knownRuns(cwd, testbed)
  const [last] = runs
  if (last === undefined)
    throw inputError({
      code: 'no-such-run',
      message: testbed === undefined ? 'nothing was run here' : `nothing was run on ${testbed}`,
      hint: 'titus-bed run',
    })
  if (wanted === undefined) return last
  const found = runs.filter(({ run }) => run === wanted || run.startsWith(wanted))
  const [only, another] = found
  if (only !== undefined && (another === undefined || only.run === wanted)) return only
  throw inputError({
    code: 'no-such-run',
    message: another === undefined ? `there is no run ${wanted}` : `several runs begin with ${wanted}`,
    expected: (found.length > 0 ? found : runs)
      .slice(0, 5)
      .map(({ run }) => run)
      .join(', '),
  })
}
