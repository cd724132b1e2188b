import { rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { TestbedError } from '../schemas/failure.ts'
import type { JsonObject } from '../schemas/json.ts'
import { parseTestbed } from '../schemas/validation/parse-testbed.ts'
import type { Testbed } from '../schemas/testbed.ts'
import { writeDurably } from '../system/durable-file.ts'
import { acquireLock } from './lock.ts'
import type { Lock } from './lock.ts'
import { knownHosts, sshConfig } from './openssh-config.ts'
import { privateFolder } from './private-folder.ts'
import { readStateFile, removeAnd } from './state-file.ts'
import { stackFile } from './terraform/layout.ts'
import { readStackFile } from './terraform/stack-file.ts'

/** Where all that is known of one testbed lies: `.titus-bed/<name>/`, folders 0700, files 0600. With it alone everything can be
 *  destroyed again. Paths are absolute. */
export interface Workspace {
  readonly name: string
  readonly folder: string
  /** Terraform's working folder: the stack, the packages, the state. */
  readonly terraform: string
  readonly keys: string
  readonly testbed: string
  /** The stack that stands: one that was only planned since is not in it. */
  readonly raisedStack: string
  readonly sshConfig: string
  readonly knownHosts: string
}

/** The workspace of a testbed, whether or not it exists. `root` is the folder that `.titus-bed/` stands in. */
export function workspaceAt(root: string, name: string): Workspace {
  const folder = resolve(root, '.titus-bed', name)
  return {
    name,
    folder,
    terraform: join(folder, 'terraform'),
    keys: join(folder, 'keys'),
    testbed: join(folder, 'testbed.json'),
    raisedStack: join(folder, 'raised.tf.json'),
    sshConfig: join(folder, 'ssh_config'),
    knownHosts: join(folder, 'known_hosts'),
  }
}

/** The same, its folders made where they are not there. */
export function makeWorkspace(root: string, name: string): Workspace {
  const workspace = workspaceAt(root, name)
  privateFolder(resolve(root, '.titus-bed'))
  for (const folder of [workspace.folder, workspace.terraform, workspace.keys]) privateFolder(folder)
  return workspace
}

/** Takes the workspace for a command that changes the testbed.
 *  @throws TestbedError that names who has it */
export function lockWorkspace(workspace: Workspace, command: string): Lock {
  return acquireLock(join(workspace.folder, 'lock.json'), command)
}

/** Puts the stack where Terraform reads it. An unchanged one is not written again. */
export function writeStack(workspace: Workspace, stack: JsonObject): void {
  const path = join(workspace.terraform, stackFile)
  const text = `${JSON.stringify(stack, null, 2)}\n`
  if (readStateFile(path, removeAnd(path, 'titus-bed apply: it writes it anew')) !== text) writeDurably(path, text)
}

/** Keeps the stack that Terraform works with as the one that stands. */
export function keepRaisedStack(workspace: Workspace): void {
  writeDurably(workspace.raisedStack, `${JSON.stringify(readWrittenStack(workspace), null, 2)}\n`)
}

/** The stack that stands; of a testbed of an older release, which kept none, the one that was written last.
 *  @throws TestbedError when there is none, or none that can be read */
export function readRaisedStack(workspace: Workspace): JsonObject {
  return readStackFile(workspace.raisedStack) ?? readWrittenStack(workspace)
}

function readWrittenStack(workspace: Workspace): JsonObject {
  const stack = readStackFile(join(workspace.terraform, stackFile))
  if (stack !== undefined) return stack
  throw new TestbedError(`${join(workspace.terraform, stackFile)} is not there`, { hint: 'titus-bed apply writes it anew' })
}

/** Writes what acts on a raised testbed: `testbed.json`, and the files that plain OpenSSH reads. */
export function writeTestbed(workspace: Workspace, testbed: Testbed): void {
  writeDurably(workspace.knownHosts, knownHosts(testbed))
  writeDurably(workspace.sshConfig, sshConfig(testbed, workspace.knownHosts))
  writeDurably(workspace.testbed, `${JSON.stringify(testbed, null, 2)}\n`)
}

/** The testbed as `apply` left it; undefined when none is raised.
 *  @throws TestbedError when the file is no testbed any more, with each problem and its place */
export function readTestbed(workspace: Workspace): Testbed | undefined {
  const cure = removeAnd(workspace.testbed, 'titus-bed apply: it writes it anew')
  const text = readStateFile(workspace.testbed, cure)
  if (text === undefined) return undefined
  const { testbed, problems } = parseTestbed(text, workspace.testbed)
  if (testbed !== undefined) return testbed
  const found = problems.map(({ place, message }) => `  ${place === undefined ? '' : `${place.line}:${place.column}: `}${message}`)
  throw new TestbedError(`${workspace.testbed} is damaged:\n${found.join('\n')}`, { hint: cure })
}

/** After everything is destroyed: forgets how to reach it. Keys and the records of runs stay. */
export function forgetTestbed(workspace: Workspace): void {
  for (const file of [workspace.testbed, workspace.raisedStack, workspace.sshConfig, workspace.knownHosts])
    rmSync(file, { recursive: true, force: true })
}
