import { readdirSync, realpathSync, statSync } from 'node:fs'
import type { Stats } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { InputError } from '../../schemas/failure.ts'
import type { Problem } from '../../schemas/problem.ts'
import { countOf } from '../../system/count-of.ts'
import { showOnOneLine } from '../../system/display.ts'
import { readFenced, requireReadable } from '../../system/fenced-file.ts'
import { whyUnreadable } from '../../system/why-unreadable.ts'
import { mostBytes } from '../../system/regular-file.ts'
import { fenceOf } from './project-fence.ts'

/** The files that a command line means. */
export interface ExpandedFiles {
  /** Each once, under the first name that leads to it, in the order typed. */
  readonly files: readonly string[]
  /** Those of them that nobody typed: they stand in a folder that was typed, or fit a glob. */
  readonly found: ReadonlySet<string>
  /** What was not taken of a folder, as notes. */
  readonly notes: readonly Problem[]
}

/** How many names a note lists. */
const mostListed = 8

/**
 * Expands what was typed: files as they are, a folder to the YAML files in it, anything else as a glob.
 *
 * @param usual  what is meant when nothing was typed
 * @throws InputError when one of them names nothing, or when a file that nobody typed cannot be read or lies elsewhere
 */
export async function expandFiles(given: readonly string[], cwd: string, usual: readonly string[]): Promise<ExpandedFiles> {
  const files = new Map<string, string>()
  const found = new Set<string>()
  const problems: Problem[] = []
  for (const name of given.length > 0 ? given : usual) {
    for (const match of await matchesOf(name, cwd, problems)) {
      const isFolder = statOf(resolve(cwd, match))?.isDirectory() === true
      const isTyped = given.length > 0 && match === name && !isFolder
      for (const file of isFolder ? await listFolder(match, cwd, problems) : [match]) {
        const place = isTyped ? realpathSync.native(resolve(cwd, file)) : placeOfFound(file, cwd, problems)
        if (place === undefined || files.has(place)) continue
        files.set(place, file)
        if (!isTyped) found.add(file)
      }
    }
  }
  if (problems.some(({ severity }) => severity === 'error')) throw new InputError(problems)
  return { files: [...files.values()], found, notes: problems }
}

/** Where a file is that nobody typed: a link may have been planted. */
function placeOfFound(file: string, cwd: string, problems: Problem[]): string | undefined {
  try {
    requireReadable(resolve(cwd, file), fenceOf(file, cwd, false), mostBytes.text)
    return realpathSync.native(resolve(cwd, file))
  } catch (error) {
    problems.push(refusal(`${file} ${whyUnreadable(error)}`))
    return undefined
  }
}

/** What a name stands for: itself when it is there, otherwise what fits it as a glob. */
async function matchesOf(name: string, cwd: string, problems: Problem[]): Promise<readonly string[]> {
  const stats = statOf(resolve(cwd, name))
  if (stats?.isFile() === true || stats?.isDirectory() === true) return [name]
  if (stats !== undefined) {
    problems.push(refusal(`${name} is no regular file`))
    return []
  }
  const { glob } = await import('zx')
  // A name that cannot even be looked up, such as a link to itself, names nothing.
  const options = { cwd, expandDirectories: false, onlyFiles: false, followSymbolicLinks: false }
  const matches = (await glob(name, options).catch((): string[] => [])).filter((match) => statOf(resolve(cwd, match)) !== undefined)
  if (matches.length === 0)
    problems.push({
      ...refusal(`${name}: there is no such file`),
      hint: `looked in ${cwd}: a glob must match; titus-bed init writes first files`,
    })
  return matches.toSorted()
}

/** The YAML files of a folder; what else is in it is told, save folders of reusable steps: those are taken by who uses them. */
async function listFolder(folder: string, cwd: string, problems: Problem[]): Promise<readonly string[]> {
  const taken: string[] = []
  const left: string[] = []
  for (const entry of readdirSync(resolve(cwd, folder)).toSorted()) {
    const file = join(folder, entry)
    const why = whyNotTaken(entry, resolve(cwd, file))
    if (why === undefined) taken.push(file)
    else if (!(await holdsSteps(file, cwd))) left.push(`${showOnOneLine(entry)} (${why})`)
  }
  if (taken.length === 0) {
    const hint = left.length === 0 ? 'it is empty' : `it holds ${listed(left)}`
    problems.push({ ...refusal(`${folder}: there is no file *.yaml or *.yml in this folder`), hint })
  } else if (left.length > 0)
    problems.push({ code: 'not-taken', severity: 'note', message: `not taken of the folder ${folder}: ${listed(left)}` })
  return taken
}

/** Whether something is a folder that can be read, and all in it are files of reusable steps. */
async function holdsSteps(folder: string, cwd: string): Promise<boolean> {
  if (statOf(resolve(cwd, folder))?.isDirectory() !== true) return false
  const { kindOfFile } = await import('../../schemas/yaml/kind-of-file.ts')
  const isSteps = (file: string): boolean =>
    whyNotTaken(basename(file), resolve(cwd, file)) === undefined &&
    kindOfFile(readFenced(resolve(cwd, file), fenceOf(file, cwd, false), mostBytes.text).toString('utf8')) === 'steps'
  try {
    const entries = readdirSync(resolve(cwd, folder)).map((entry) => join(folder, entry))
    return entries.length > 0 && entries.every(isSteps)
  } catch {
    return false
  }
}

function whyNotTaken(name: string, path: string): string | undefined {
  if (statOf(path)?.isDirectory() === true) return 'a folder'
  if (name.startsWith('.')) return 'hidden'
  return /\.ya?ml$/.test(name) ? undefined : 'neither .yaml nor .yml'
}

function listed(names: readonly string[]): string {
  const more = names.length - mostListed
  return [...names.slice(0, mostListed), ...(more > 0 ? [`and ${countOf(more, 'more', 'more')}`] : [])].join(', ')
}

function refusal(message: string): Problem {
  return { code: 'no-such-file', severity: 'error', message }
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path)
  } catch {
    return undefined
  }
}
