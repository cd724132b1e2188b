import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writeDurably } from '../../../system/durable-file.ts'
import type { TaskInfo } from '../../protocol/mesos-protocol.ts'
import type { TaskNetwork } from '../network/routing.ts'

/** What the executor must remember of a task to find it again after its own restart. */
export interface TaskRecord {
  readonly task: TaskInfo
  readonly containerId?: string
  readonly network?: TaskNetwork
  /** Somebody asked for its end. */
  readonly killed?: boolean
  /** Why the agent has ended it. */
  readonly failure?: string
}

/** What the metadata proxy has to know of the task behind an address. */
export interface AddressRecord {
  readonly taskId: string
  readonly instanceId: string
  readonly address: string
  /** A full ARN. */
  readonly iamRole: string
}

/** Where the metadata proxy finds the tasks: one file an address, gone with a reboot as the tasks are. */
export const addressFolder = '/run/titus-agent/addresses'

/** Writes a record (0600), whole or not at all. */
export async function writeRecord(folder: string, name: string, record: TaskRecord | AddressRecord): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  writeDurably(join(folder, `${name}.json`), JSON.stringify(record))
}

/** Removes a record; one that is not there is no error. */
export async function removeRecord(folder: string, name: string): Promise<void> {
  await rm(join(folder, `${name}.json`), { force: true })
}

/** All task records of a folder; none when there is no folder. */
export async function loadTaskRecords(folder: string): Promise<readonly TaskRecord[]> {
  const names = await readdir(folder).catch(() => [])
  const texts = await Promise.all(names.filter((name) => name.endsWith('.json')).map((name) => readFile(join(folder, name), 'utf8')))
  return texts.map((text) => JSON.parse(text) as TaskRecord)
}

/** The record of the task that has `address`, or undefined. */
export async function loadAddressRecord(folder: string, address: string): Promise<AddressRecord | undefined> {
  try {
    return JSON.parse(await readFile(join(folder, `${address}.json`), 'utf8')) as AddressRecord
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
