import { inputError, TestbedError } from '../../schemas/failure.ts'
import { describeAccount } from '../../stack/account.ts'
import { listLeases } from '../../stack/lease.ts'
import { testbedTag } from '../../schemas/tags.ts'
import { listsResource } from '../../stack/terraform/count-resources.ts'
import { workspaceAt } from '../../stack/workspace.ts'
import { countOf } from '../../system/count-of.ts'
import { flag, textOption } from '../command.ts'
import type { CommandDefinition, Invocation } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { readTargetRecord } from '../target/target-record.ts'
import { judgeLeases } from '../testbed/find-leases.ts'
import type { JudgedLease, KnownTestbed } from '../testbed/find-leases.ts'
import { timeOfDay } from '../testbed/lease.ts'
import { knownWorkspaces } from '../testbed/select-testbed.ts'

/** `titus-bed reap`: ends what has outlived its lease on AWS. */
export const command: CommandDefinition = {
  description:
    'Looks through the account for testbeds that were raised with --lease, and says which have outlived it. With --yes it destroys those whose state is here, as destroy does; those that another computer raised are named with what to do. A testbed without a lease is left alone, and state that still lists resources is kept.',
  options: [
    { flags: '--region <region>', description: 'look here (default: the regions of the testbeds that are known here)' },
    { flags: '--yes', description: 'destroy them; without it, nothing is changed' },
  ],
  examples: [
    ['titus-bed reap', 'what has outlived its lease; nothing is changed'],
    ['titus-bed reap --yes', 'the same, and destroys it: for a job that runs every hour'],
  ],
  run: (invocation) => reap(invocation),
}

/** What reaping acts through. */
export interface ReapParts {
  readonly describeAccount: typeof describeAccount
  readonly listLeases: typeof listLeases
  readonly loadRemove: () => Promise<Pick<typeof import('../testbed/remove.ts'), 'remove'>>
}

const usualParts: ReapParts = { describeAccount, listLeases, loadRemove: () => import('../testbed/remove.ts') }

/** Looks for leases that have ended, destroys what may be destroyed, and gives the exit code.
 *  @throws InputError where nothing says in which region; TestbedError when AWS does not answer */
export async function reap(invocation: Invocation, parts: ReapParts = usualParts, now = timeOfDay()): Promise<number> {
  const { cwd, terminal, signal } = invocation
  const known = knownOnAws(invocation)
  const region = textOption(invocation, 'region')
  const regions = region === undefined ? [...new Set(known.map(({ record }) => record.region))] : [region]
  if (regions.length === 0)
    throw inputError({
      code: 'bad-usage',
      message: 'no testbed on AWS is known here',
      hint: 'name a region to look through: --region eu-west-1',
    })
  const isOurs = (name: string, vpcId: string) => listsResource(workspaceAt(cwd, name).terraform, 'aws_vpc', vpcId)
  const failed: string[] = []
  // An identity is of one account, whichever region is asked.
  const account = await parts.describeAccount({}, regions[0] as string, signal)
  for (const each of regions) {
    const place = { account: account.id, region: each }
    const findings = judgeLeases(await parts.listLeases({}, each, signal), known, isOurs, place, now)
    terminal.out(`account ${place.account}, region ${each}: ${countOf(findings.length, 'testbed')} with a lease`)
    for (const finding of findings) {
      terminal.out(`  ${tell(finding)}`)
      if (finding.kind === 'ended' && flag(invocation, 'yes') && !(await destroy(invocation, finding.lease.testbed, parts)))
        failed.push(finding.lease.testbed)
    }
    if (!flag(invocation, 'yes') && findings.some(({ kind }) => kind === 'ended'))
      terminal.err('nothing was changed: add --yes to destroy them')
  }
  return failed.length === 0 ? exitCodes.passed : exitCodes.testbed
}

function tell({ kind, lease: { testbed, vpcId, until } }: JudgedLease): string {
  const of = `${testbed} (${vpcId})`
  if (kind === 'running') return `${of}: until ${until}`
  if (kind === 'unreadable') return `${of}: its lease is no time: ${JSON.stringify(until)}`
  if (kind === 'ended') return `${of}: ended at ${until}`
  return `${of}: ended at ${until}, and its state is not here. Where it was raised: titus-bed destroy --testbed ${testbed}; where that is gone, delete what carries the tag ${testbedTag}=${testbed}`
}

/** The testbeds on AWS that are known here. A record that cannot be read is told, and keeps no other from being looked at. */
function knownOnAws({ cwd, terminal }: Invocation): readonly KnownTestbed[] {
  return knownWorkspaces(cwd).flatMap((name) => {
    try {
      const record = readTargetRecord(workspaceAt(cwd, name))
      return record?.target === 'aws' ? [{ name, record }] : []
    } catch (error) {
      if (!(error instanceof TestbedError)) throw error
      terminal.err(withHint(error))
      return []
    }
  })
}

/** @returns whether it is gone; why not is told, and the next one is looked at */
async function destroy({ cwd, terminal, signal, abandon }: Invocation, name: string, parts: ReapParts): Promise<boolean> {
  const { remove } = await parts.loadRemove()
  try {
    await remove({ workspace: workspaceAt(cwd, name), terminal, signal, abandon, confirm: async () => true, now: false })
    terminal.out(`  testbed ${name} is gone`)
    return true
  } catch (error) {
    if (!(error instanceof TestbedError) || signal.aborted) throw error
    terminal.err(`testbed ${name} could not be destroyed: ${withHint(error)}`)
    return false
  }
}

/** What went wrong, and what to do about it. */
function withHint({ message, hint }: TestbedError): string {
  return hint === undefined ? message : `${message}: ${hint}`
}
