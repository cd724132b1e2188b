import { readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Event } from '../../schemas/event.ts'
import { inputError } from '../../schemas/failure.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { parseJson } from '../../schemas/json-text.ts'
import { isObject } from '../../schemas/validation/schema-walk.ts'
import { whyUnreadable } from '../../system/why-unreadable.ts'
import { readRegularFile } from '../../system/regular-file.ts'
import { isEvent } from './event-form.ts'
import { longestJournal } from '../running/run-folder.ts'

/** How deep below a folder journals are looked for. */
const deepest = 6

/** The events of a run, as its journal has them. A line that was cut, as the last one of a run that was killed, tells nothing.
 *  @throws InputError for what is no journal, is damaged, or cannot be read */
export function readJournal(path: string): readonly Event[] {
  const lines = textOf(path)
    .split('\n')
    .flatMap((line, index) => parseLine(line, index + 1))
  if (lines[0]?.value['type'] !== 'run-started')
    throw inputError({
      code: 'no-journal',
      message: `${path} is no journal of a run`,
      expected: 'lines of JSON, the first the start of the run: journal.jsonl, or what --reporter journal=FILE writes',
    })
  const damaged = lines.find(({ value }) => !isEvent(value))
  if (damaged === undefined) return lines.map(({ value }) => value as unknown as Event)
  throw inputError({
    code: 'no-journal',
    message: `${path}:${damaged.number}: this is no whole event of the type ${JSON.stringify(damaged.value['type'] ?? null).slice(0, 40)}`,
    hint: 'the journal is damaged: without this line it is told as that of a run that was cut short',
  })
}

/** The journals that are meant: a file itself, of a folder all that end in `.jsonl` and are of a run, however deep they stand.
 *  @throws InputError when a path is not there, or there is none */
export function findJournals(given: readonly string[], cwd: string): readonly string[] {
  return given.flatMap((path) => {
    const found = journalsIn(resolve(cwd, path), path, deepest)
    if (found.length > 0) return found
    throw inputError({ code: 'no-journal', message: `there is no journal in ${path}`, expected: 'files whose names end in journal.jsonl' })
  })
}

function journalsIn(path: string, given: string, levels: number): readonly string[] {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined)
    throw inputError({ code: 'no-journal', message: `${given} is not there`, hint: 'name a journal, or a folder with journals in it' })
  if (!found.isDirectory()) return [path]
  return readdirSync(path, { withFileTypes: true })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      if (entry.isDirectory()) return levels === 0 ? [] : journalsIn(join(path, entry.name), given, levels - 1)
      return entry.isFile() && entry.name.endsWith('journal.jsonl') ? [join(path, entry.name)] : []
    })
}

function textOf(path: string): string {
  try {
    return readRegularFile(path, longestJournal).toString('utf8')
  } catch (error) {
    throw inputError({ code: 'no-journal', message: `${path} ${whyUnreadable(error)}` })
  }
}

function parseLine(line: string, number: number): readonly { readonly value: JsonObject; readonly number: number }[] {
  try {
    const value = parseJson(line)
    return isObject(value) && typeof value['type'] === 'string' ? [{ value, number }] : []
  } catch {
    return []
  }
}
