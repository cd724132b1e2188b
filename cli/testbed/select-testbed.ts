import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { inputError, TestbedError } from '../../schemas/failure.ts'
import { didYouMean } from '../../system/nearest-name.ts'
import type { Testbed } from '../../schemas/testbed.ts'
import { readStateFile, removeAnd } from '../../stack/state-file.ts'
import { readTestbed, workspaceAt } from '../../stack/workspace.ts'
import type { Workspace } from '../../stack/workspace.ts'
import { textOption } from '../command.ts'
import type { Invocation } from '../command.ts'
import { readHostsFile } from './hosts-file.ts'
import { hostsWorkspace, isOfHosts, notOwned } from './hosts-workspace.ts'

/** The workspace that a command acts on: `--testbed NAME`, or the one raised last.
 *  @throws TestbedError when there is none, or none of that name */
export function selectWorkspace(invocation: Invocation): Workspace {
  const known = knownWorkspaces(invocation.cwd)
  const name = textOption(invocation, 'testbed') ?? lastRaised(invocation.cwd, known) ?? known[0]
  const cure = testbedAbove(invocation.cwd) ?? 'titus-bed apply cluster.yaml raises one'
  if (name === undefined) throw new TestbedError('there is no testbed here', { hint: cure })
  if (!known.includes(name)) {
    const list = known.length > 0 ? `known here: ${known.join(', ')}` : 'there is none here'
    const hint = didYouMean(name, known) ?? (known.length > 0 ? 'name one of those, or apply the cluster file of that name' : cure)
    throw new TestbedError(`there is no testbed ${JSON.stringify(name)} (${list})`, { hint })
  }
  return workspaceAt(invocation.cwd, name)
}

/** The testbed that a command acts on: a raised one, or the hosts of `--testbed-file`.
 *  @throws TestbedError when it is not (wholly) raised; InputError for a file of hosts that is wrong */
export function selectTestbed(invocation: Invocation): { readonly workspace: Workspace; readonly testbed: Testbed } {
  const file = textOption(invocation, 'testbedFile')
  if (file !== undefined) {
    if (textOption(invocation, 'testbed') !== undefined)
      throw inputError({ code: 'bad-option', message: '--testbed and --testbed-file name two testbeds', hint: 'leave one of them' })
    const testbed = readHostsFile(file, invocation.cwd)
    return { workspace: hostsWorkspace(invocation.cwd, testbed), testbed }
  }
  const workspace = selectWorkspace(invocation)
  const testbed = readTestbed(workspace)
  if (testbed === undefined) {
    throw new TestbedError(`testbed ${workspace.name} is not raised`, {
      hint: 'titus-bed apply raises it, titus-bed destroy removes what there is of it',
    })
  }
  return { workspace, testbed }
}

/** The raised testbed that a command changes: hosts that were not raised here are no business of it.
 *  @throws TestbedError as `selectTestbed` does; InputError for a testbed that titus-bed does not own */
export function selectRaised(invocation: Invocation, command: string): { readonly workspace: Workspace; readonly testbed: Testbed } {
  const name = textOption(invocation, 'testbed')
  if (name !== undefined && isOfHosts(workspaceAt(invocation.cwd, name).folder)) throw notOwned(command, name)
  return selectTestbed(invocation)
}

/** The raised testbed that a command would act on; undefined when there is none. */
export function findTestbed(invocation: Invocation): Testbed | undefined {
  try {
    return selectTestbed(invocation).testbed
  } catch (error) {
    if (error instanceof TestbedError) return undefined
    throw error
  }
}

/** Remembers the testbed that commands act on when none is named. */
export function rememberLastRaised(cwd: string, name: string): void {
  writeFileSync(lastRaisedFile(cwd), `${name}\n`, { mode: 0o600 })
}

/** What to do where a testbed of a folder above was meant: to go to the nearest that has some. Undefined where none has any, or none that can be
 *  looked into. */
export function testbedAbove(cwd: string): string | undefined {
  const here = resolve(cwd)
  try {
    for (let folder = here; folder !== dirname(folder); folder = dirname(folder)) {
      const known = knownWorkspaces(dirname(folder))
      if (known.length > 0) return `cd ${relative(here, dirname(folder))}: known there: ${known.join(', ')}`
    }
  } catch {
    // A folder of somebody else is none that was meant.
  }
  return undefined
}

/** The names of all testbeds that have a workspace below `cwd`. */
export function knownWorkspaces(cwd: string): readonly string[] {
  const folder = join(cwd, '.titus-bed')
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !isOfHosts(join(folder, entry.name)))
    .map((entry) => entry.name)
    .toSorted()
}

/** @throws TestbedError when the file names none that is there, and there are several to choose from */
function lastRaised(cwd: string, known: readonly string[]): string | undefined {
  const file = lastRaisedFile(cwd)
  const cure = removeAnd(file, 'name the testbed: --testbed NAME')
  const name = readStateFile(file, cure)?.trim() || undefined
  if (name === undefined || known.includes(name) || known.length < 2) return known.length < 2 ? known[0] : name
  throw new TestbedError(`${file} names ${JSON.stringify(name)}, and the testbeds here are ${known.join(', ')}`, { hint: cure })
}

function lastRaisedFile(cwd: string): string {
  return join(cwd, '.titus-bed', 'last-raised')
}
