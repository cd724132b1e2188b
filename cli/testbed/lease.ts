import { durationForm, parseDuration } from '../../schemas/duration.ts'
import { inputError, TestbedError } from '../../schemas/failure.ts'
import type { Testbed } from '../../schemas/testbed.ts'
import { writeLease } from '../../stack/lease.ts'
import type { Workspace } from '../../stack/workspace.ts'
import { textOption } from '../command.ts'
import type { CommandOption, Invocation } from '../command.ts'
import { readTargetRecord, writeTargetRecord } from '../target/target-record.ts'
import type { Terminal } from '../terminal/terminal.ts'

/** How long a testbed may stand. */
export const leaseOption: CommandOption = {
  flags: '--lease <time>',
  description:
    'how long the testbed may stand, such as 8h: titus-bed reap --yes destroys it after that, on AWS (default: as before, at first for ever)',
}

/** What is kept of a run has at least so long to be looked into. */
const keptMs = 8 * 3_600_000

/** The time of day, which leases are written in: other computers read them. Milliseconds. */
export function timeOfDay(): number {
  return Date.now()
}

/** When the lease of the command line ends: RFC 3339, in whole seconds; undefined where none is given.
 *  @throws InputError for what is no duration */
export function leaseOf(invocation: Invocation, now = timeOfDay()): string | undefined {
  const text = textOption(invocation, 'lease')
  if (text === undefined) return undefined
  const ms = parseDuration(text)
  if (ms !== undefined) return timeOf(now + ms)
  throw inputError({ code: 'bad-option', message: `--lease ${text} is no time`, expected: durationForm })
}

/** Whether a lease has ended. One that cannot be read has not: what nobody understands is never destroyed. */
export function hasEnded(until: string, now: number): boolean {
  return Date.parse(until) <= now
}

/** Lets the lease of a testbed last a while longer, for what a run kept in it; a testbed without a lease needs none. That it could not be
 *  done is a warning: the run is what it is. */
export async function extendLease(
  workspace: Workspace,
  testbed: Testbed,
  terminal: Pick<Terminal, 'err'>,
  now = timeOfDay(),
  write: typeof writeLease = writeLease,
): Promise<void> {
  if (testbed.target === 'hosts') return
  try {
    const record = readTargetRecord(workspace)
    const until = timeOf(now + keptMs)
    if (record?.lease === undefined || Date.parse(record.lease) >= now + keptMs) return
    await write(testbed.api, testbed.region, testbed.outputs['vpc_id'] ?? '', until, AbortSignal.timeout(20_000))
    writeTargetRecord(workspace, { ...record, lease: until })
    terminal.err(`the lease of testbed ${testbed.name} lasts until ${until} now`)
  } catch (error) {
    if (!(error instanceof TestbedError) && (error as Error).name !== 'TimeoutError') throw error
    terminal.err(`warning: the lease of testbed ${testbed.name} could not be extended: ${(error as Error).message}`)
  }
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')
}
