import { join } from 'node:path'
import { machineNames } from '../../schemas/roles/index.ts'
import { writeDurably } from '../../system/durable-file.ts'
import { readStateJson } from '../../stack/state-file.ts'
import type { Sizes } from '../../stack/price/testbed-price.ts'
import type { Workspace } from '../../stack/workspace.ts'

/** What is on record of a testbed's target, from before anything is created: with it `destroy` works after any interruption. */
export interface TargetRecord {
  readonly target: 'lab' | 'aws'
  readonly region: string
  readonly account?: string
  /** The availability zone that the testbed was raised in: it stays there. */
  readonly zone?: string
  /** What it was raised with, for what it costs. */
  readonly sizes?: Sizes
  /** Until when the testbed may stand: RFC 3339; absent for one without a lease. */
  readonly lease?: string
}

/** Reads the record; undefined where nothing was ever created.
 *  @throws TestbedError when it is damaged */
export function readTargetRecord(workspace: Workspace): TargetRecord | undefined {
  const file = recordFile(workspace)
  const hint = 'write into it where the testbed stands: {"target": "lab" or "aws", "region": "eu-west-1"}'
  return readStateJson(file, hint, (value) => {
    const record = value as TargetRecord
    if (!['lab', 'aws'].includes(record.target) || record.region === undefined) throw new TypeError('target or region is missing')
    if (record.sizes !== undefined && !hasSizes(record.sizes)) throw new TypeError('sizes are incomplete')
    return record
  })
}

function hasSizes({ machines, agents }: Sizes): boolean {
  const named = machineNames.every((name) => typeof machines[name].instanceType === 'string')
  return named && typeof agents.instanceType === 'string' && Number.isFinite(agents.volumeGiB)
}

/** Writes the record, on the disk before it returns. */
export function writeTargetRecord(workspace: Workspace, record: TargetRecord): void {
  writeDurably(recordFile(workspace), `${JSON.stringify(record, null, 2)}\n`)
}

/** The file of the record. */
export function recordFile(workspace: Workspace): string {
  return join(workspace.folder, 'target.json')
}
