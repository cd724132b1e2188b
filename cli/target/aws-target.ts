import type { Cluster } from '../../schemas/cluster.ts'
import { InputError, TestbedError } from '../../schemas/failure.ts'
import { placeFlaw } from '../../schemas/flaw.ts'
import type { Flaw } from '../../schemas/flaw.ts'
import type { Problem } from '../../schemas/problem.ts'
import type { AwsAccess } from '../../schemas/testbed.ts'
import { describeAccount } from '../../stack/account.ts'
import { askOffers } from '../../stack/offers/offers.ts'
import { askQuotas } from '../../stack/offers/ask-quotas.ts'
import { checkTypes } from '../../stack/offers/check-types.ts'
import { chooseZone } from '../../stack/offers/choose-zone.ts'
import type { GivenZone } from '../../stack/offers/choose-zone.ts'
import { checkQuotas, quotaOf } from '../../stack/offers/quotas.ts'
import { wantedTypes } from '../../stack/offers/wanted-types.ts'
import type { Workspace } from '../../stack/workspace.ts'
import { readConsole } from '../../stack/console.ts'
import { findLabBehind } from './lab-behind.ts'
import type { Target } from './target.ts'
import { readTargetRecord } from './target-record.ts'

/** The account that the user is logged in to as a target, with all looked at that can be known before anything is spent.
 *  @throws InputError with every value of the file that AWS does not go along with; TestbedError when AWS does not say who we are, or the
 *          account itself falls short */
export async function openAws(cluster: Cluster, workspace: Workspace, warn: (line: string) => void, signal: AbortSignal): Promise<Target> {
  const { region } = cluster
  const wanted = wantedTypes(cluster)
  const types = wanted.map(({ type }) => type)
  const classes = new Map(types.map(quotaOf).map((quota) => [quota.code, quota]))
  // Who is not logged in is told that, and not what else was refused.
  const account = await describeAccount({}, region, signal)
  const [offers, use] = await Promise.all([
    askOffers({}, region, types, signal),
    askQuotas({}, region, [...classes.values()], cluster.name, warn, signal),
  ])
  const { zone, flaws } = chooseZone(region, wanted, offers, givenZone(cluster, workspace))
  refuse([...flaws, ...checkTypes(cluster, offers.types)], checkQuotas(region, wanted, offers.types, use))
  if (zone === undefined)
    throw new TestbedError(`no availability zone of ${region} is open to this account`, { hint: 'choose another region' })
  const lab = await findLabBehind(process.env['AWS_ENDPOINT_URL'])
  const ownAddress = async () => lab?.connection.internetAddress ?? publicAddress(signal)
  return {
    access: {},
    account: account.id,
    identity: account.identity,
    zone,
    trustedCidr: cluster.access.trustedCidr === 'auto' ? `${await ownAddress()}/32` : cluster.access.trustedCidr,
    ...watchAws({}, region, signal),
    bastionAt: async (address) => (lab === undefined ? undefined : lab.openRelay(address, 22)),
  }
}

/** What AWS knows of a machine: its console, and not whether it failed. */
export function watchAws(access: AwsAccess, region: string, signal: AbortSignal): Pick<Target, 'failedMachine' | 'readConsole'> {
  return {
    failedMachine: async () => undefined,
    readConsole: (instanceId) => readConsole(access, region, instanceId, AbortSignal.any([signal, AbortSignal.timeout(10_000)])),
  }
}

/** What the file says goes before where the testbed stands. */
function givenZone({ zone }: Cluster, workspace: Workspace): GivenZone | undefined {
  if (zone !== undefined) return { name: zone, by: 'file' }
  const stands = readTargetRecord(workspace)?.zone
  return stands === undefined ? undefined : { name: stands, by: 'record' }
}

/** Tells all that was found at once: a value of the file that cannot be is a mistake of the file, whatever else falls short.
 *  @throws InputError or TestbedError, where anything was found */
function refuse(flaws: readonly Flaw[], short: readonly Problem[]): void {
  if (flaws.length > 0) throw new InputError([...flaws.map((flaw) => placeFlaw(flaw, () => undefined)), ...short])
  if (short.length === 0) return
  throw new TestbedError(short.map(({ message }) => message).join('\n'), { hint: short.map(({ hint }) => hint).join('\n') })
}

/** This computer's address on the internet, as AWS's own service sees it. */
async function publicAddress(signal: AbortSignal): Promise<string> {
  const failure = (cause: unknown) =>
    new TestbedError('this computer cannot tell its own public address', {
      cause,
      hint: 'write it into cluster.yaml: access: { trustedCidr: ADDRESS/32 }',
    })
  const answer = await fetch('https://checkip.amazonaws.com', { signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]) }).catch(
    (error: unknown) => {
      throw failure(error)
    },
  )
  const text = (await answer.text()).trim()
  if (!/^\d+(\.\d+){3}$/.test(text)) throw failure(text)
  return text
}
