import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Capacity } from '../../stack/agent-group.ts'
import { readStateJson } from '../../stack/state-file.ts'
import type { Workspace } from '../../stack/workspace.ts'
import { writeDurably } from '../../system/durable-file.ts'
import { shellWord } from '../../system/shell-quote.ts'

/** What `stop` remembers for `start`: on the disk before anything is stopped. */
export interface StoppedRecord {
  /** ISO 8601, UTC. */
  readonly at: string
  /** What the group of the agents had before it was set to none. */
  readonly agents: Capacity
}

/** Reads the record; undefined for a testbed that `stop` did not stop. @throws TestbedError when it is damaged */
export function readStoppedRecord(workspace: Workspace): StoppedRecord | undefined {
  const file = recordFile(workspace)
  const hint = `remove it: rm ${shellWord(file)}; then titus-bed start, and titus-bed apply for the agents`
  return readStateJson(file, hint, (value) => {
    const { at, agents } = value as StoppedRecord
    if (typeof at !== 'string' || ![agents.min, agents.desired, agents.max].every(Number.isInteger)) throw new TypeError('it is incomplete')
    return { at, agents }
  })
}

/** Writes the record, on the disk before it returns. */
export function writeStoppedRecord(workspace: Workspace, record: StoppedRecord): void {
  writeDurably(recordFile(workspace), `${JSON.stringify(record, null, 2)}\n`)
}

/** Forgets it: the testbed is up, or gone. */
export function forgetStopped(workspace: Workspace): void {
  rmSync(recordFile(workspace), { recursive: true, force: true })
}

function recordFile(workspace: Workspace): string {
  return join(workspace.folder, 'stopped.json')
}
