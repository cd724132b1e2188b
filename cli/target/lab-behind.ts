import type { LabConnection, RelayEnd } from '../../lab/index.ts'

/** A lab of this computer whose API is spoken to as if it were AWS. */
export interface LabBehind {
  readonly connection: LabConnection
  /** Where this computer reaches a port of a public address of the region. @throws TestbedError when the lab refuses */
  readonly openRelay: (address: string, port: number) => Promise<RelayEnd>
}

/** The lab behind an endpoint on loopback: its machines have public addresses that no route of this computer leads to, so that the way in is a
 *  relay of the lab. @returns undefined where no lab of this computer has the endpoint */
export async function findLabBehind(endpoint: string | undefined): Promise<LabBehind | undefined> {
  if (endpoint === undefined || !/^http:\/\/127\.0\.0\.1:\d+\/?$/.test(endpoint)) return undefined
  const { findLab, listLabs, openRelay } = await import('../../lab/index.ts')
  for (const { folder } of listLabs()) {
    // Of a lab that is damaged nothing is known here.
    const connection = folder === undefined ? undefined : await findLab(folder).catch(() => undefined)
    if (folder !== undefined && connection?.endpoint === endpoint.replace(/\/$/, ''))
      return { connection, openRelay: (address, port) => openRelay(folder, address, port) }
  }
  return undefined
}
