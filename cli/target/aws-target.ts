import type { Cluster } from '../../schemas/cluster.ts'
import { InputError, shortfall, TestbedError } from '../../schemas/failure.ts'
import { unplaced } from '../../schemas/flaw.ts'
import type { Flaw } from '../../schemas/flaw.ts'
import { describeAccount } from '../../stack/account.ts'
import { askOffers } from '../../stack/offers/offers.ts'
import type { Offers } from '../../stack/offers/offers.ts'
import { askImages } from '../../stack/offers/ask-images.ts'
import { askQuotas } from '../../stack/offers/ask-quotas.ts'
import { checkImages } from '../../stack/offers/check-images.ts'
import { checkTypes } from '../../stack/offers/check-types.ts'
import { chooseZone } from '../../stack/offers/choose-zone.ts'
import type { GivenZone } from '../../stack/offers/choose-zone.ts'
import { findClosedRegion } from '../../stack/offers/closed-region.ts'
import { checkQuotas, quotaOf } from '../../stack/offers/quotas.ts'
import { wantedTypes } from '../../stack/offers/wanted-types.ts'
import type { Workspace } from '../../stack/workspace.ts'
import { findLabBehind } from './lab-behind.ts'
import type { Target } from './target.ts'
import { readTargetRecord } from './target-record.ts'
import { watchAws } from './watch.ts'

/** The account that the user is logged in to as a target, with all looked at that can be known before anything is spent.
 *  @throws InputError with every value of the file that AWS does not go along with; TestbedError when AWS does not say who we are, or with
 *          every value for which the account falls short. Their problems have the paths of the values, for `placeFailure` */
export async function openAws(cluster: Cluster, workspace: Workspace, warn: (line: string) => void, signal: AbortSignal): Promise<Target> {
  const { region } = cluster
  const wanted = wantedTypes(cluster)
  const types = wanted.map(({ type }) => type)
  const classes = new Map(types.map(quotaOf).map((quota) => [quota.code, quota]))
  const explain = async (error: unknown): Promise<never> => {
    const closed = await findClosedRegion(error, {}, region, signal)
    throw closed === undefined ? error : new InputError([unplaced(closed)])
  }
  // Who is not logged in is told that, and not what else was refused.
  const account = await describeAccount({}, region, signal).catch(explain)
  const [offers, use, images] = await Promise.all([
    askOffers({}, region, types, signal),
    askQuotas({}, region, [...classes.values()], cluster.name, warn, signal),
    askImages({}, cluster, signal),
  ]).catch(explain)
  const { zone, flaws } = chooseZone(region, wanted, offers, givenZone(cluster, workspace))
  const wrong = [...flaws, ...checkTypes(cluster, offers.types), ...checkImages(cluster, images)].map(unplaced)
  const short = [...checkQuotas(region, wanted, offers.types, use), ...checkOpenZones(region, offers, zone)].map(unplaced)
  // All is told at once, and a value of the file that cannot be is a mistake of the file, whatever else falls short.
  if (wrong.length > 0) throw new InputError([...wrong, ...short])
  if (short.length > 0 || zone === undefined) throw shortfall(short)
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

/** What the file says goes before where the testbed stands. */
function givenZone({ zone }: Cluster, workspace: Workspace): GivenZone | undefined {
  if (zone !== undefined) return { name: zone, by: 'file' }
  const stands = readTargetRecord(workspace)?.zone
  return stands === undefined ? undefined : { name: stands, by: 'record' }
}

function checkOpenZones(region: string, { zones }: Pick<Offers, 'zones'>, chosen: string | undefined): readonly Flaw[] {
  if (chosen !== undefined || zones.length > 0) return []
  const message = `no availability zone of ${region} is open to this account`
  return [
    {
      code: 'zone-not-open',
      path: ['region'],
      ofKey: false,
      message,
      expected: 'a region with an open zone',
      hint: 'choose another region',
    },
  ]
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
