import { Document } from 'yaml'
import type { Adopted } from './adopted.ts'
import type { HostsFile } from '../../schemas/hosts-file/load-hosts-file.ts'

/** What a file of hosts says of all its hosts. */
export type Defaults = Pick<HostsFile, 'name' | 'user' | 'identity' | 'knownHosts'> & {
  /** The name of a host that all others are reached over, of those without a way of their own. */
  readonly hop?: string
}

/** A file of hosts as text, a line for each host. */
export function renderHostsFile(
  { hosts, outputs = {}, ...shared }: Omit<Adopted, 'notes'>,
  from: string,
  { hop, ...given }: Defaults,
): string {
  const entries = hosts.map((host) => ({
    ...host,
    ...(hop === undefined || host.name === hop || host.hops !== undefined ? {} : { hops: [hop] }),
  }))
  const document = new Document({ ...given, ...shared, ...(Object.keys(outputs).length === 0 ? {} : { outputs }), hosts: entries })
  document.commentBefore = ` Hosts of ${from}, written by titus-bed adopt. titus-bed explain hosts-file says what else may stand here.`
  const list = document.get('hosts', true) as { readonly items: readonly { flow?: boolean }[] }
  for (const item of list.items) item.flow = true
  return document.toString({ lineWidth: 0 })
}
