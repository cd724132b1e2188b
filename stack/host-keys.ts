import type { Host } from '../schemas/testbed.ts'
import { shownHostKeys } from './shown-host-keys.ts'

/** The host keys of machines, as `ssh-ed25519 AAAA…`, by the id of their instance. Machines make them at their first boot and keep them as long as they exist. */
export type HostKeys = ReadonlyMap<string, readonly string[]>

/** What a machine has said on its console, as the API of AWS, or the lab behind it, has it of that instance; empty where there is nothing yet. */
export type ReadConsole = (instanceId: string) => Promise<string>

/** The keys that are on record: those of the machines of a testbed as it was known before. */
export function recordedHostKeys(hosts: readonly Host[]): HostKeys {
  const keys = hosts.map(({ instanceId, route }) => [instanceId, route.at(-1)?.hostKeys ?? []] as const)
  return new Map(keys.filter(([, own]) => own.length > 0))
}

/** The same with those that the consoles of machines without one show now. Of several keys the first counts, and a key that is on record stays: what a
 *  console shows later is not followed. A console is the machine's own, and no other machine writes to it.
 *  @throws what `readConsole` does */
export async function learnHostKeys(hosts: readonly Host[], known: HostKeys, readConsole: ReadConsole): Promise<HostKeys> {
  const awaited = hosts.filter(({ instanceId, isDown }) => isDown !== true && !known.has(instanceId))
  const learned = await Promise.all(
    awaited.map(async ({ instanceId }) => [instanceId, shownHostKeys(await readConsole(instanceId)).slice(0, 1)] as const),
  )
  return new Map([...known, ...learned.filter(([, own]) => own.length > 0)])
}
