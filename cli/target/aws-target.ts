import type { Cluster } from '../../schemas/cluster.ts'
import { TestbedError } from '../../schemas/failure.ts'
import { describeAccount, findZone } from '../../stack/account.ts'
import type { Target } from './target.ts'

/** The account that the user is logged in to as a target. @throws TestbedError when AWS does not say who that is */
export async function openAws(cluster: Cluster, signal: AbortSignal): Promise<Target> {
  const account = await describeAccount({}, cluster.region, signal)
  return {
    access: {},
    account: account.id,
    identity: account.identity,
    zone: await findZone({}, cluster.region, signal),
    trustedCidr: cluster.access.trustedCidr === 'auto' ? `${await publicAddress(signal)}/32` : cluster.access.trustedCidr,
    failedMachine: async () => undefined,
    bastionAt: async () => undefined,
  }
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
