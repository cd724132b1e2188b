import { isIPv4, isIPv6 } from 'node:net'
import type { HostEntry } from '../../schemas/hosts-file/load-hosts-file.ts'
import type { Json, JsonObject } from '../../schemas/json.ts'
import { isObject } from '../../schemas/validation/schema-walk.ts'
import type { Adopted } from './adopted.ts'

/** What ends the name of an output that is the address of a machine, or of several. */
const addressEnding =
  /(?:^|[_-])(?:(public|private)[_-])?(?:ip|ips|ip_addr|ip_address|ip_addresses|address|addresses|host|hosts|hostname|hostnames|dns|dns_name)$/i

/**
 * The hosts that the outputs of a Terraform configuration name, as `terraform output -json` prints them: an output with the name of an address
 * is a machine (`gateway_ip`), a list of addresses a group (`db_ips`: `db[0]`, …), a mapping of names to addresses each a machine. All
 * texts that are no secret become outputs of the testbed.
 *
 * @param groups  the names of the groups of a cluster: `agent_ips` is `agents`
 */
export function adoptTerraform(values: Json, groups: readonly string[]): Adopted {
  const notes: string[] = []
  const outputs: Record<string, string> = {}
  const found = new Map<string, { readonly address: string; readonly isPublic: boolean }>()
  const add = (name: string, address: string, isPublic: boolean): void => {
    const before = found.get(name)
    if (before === undefined || (isPublic && !before.isPublic)) found.set(name, { address, isPublic })
    if (before !== undefined && before.address !== address)
      notes.push(`${name} has two addresses, ${before.address} and ${address}: ${found.get(name)?.address} was taken`)
  }
  for (const [key, output] of Object.entries(isObject(values) ? values : {})) {
    if (!isObject(output) || !('value' in output)) continue
    const { value, sensitive } = output
    if (sensitive === true) {
      notes.push(`the output ${key} is sensitive: left out`)
      continue
    }
    if (typeof value === 'string') outputs[key] = value
    const ending = addressEnding.exec(key)
    if (ending === null || value === undefined) continue
    const base = key.slice(0, ending.index).replaceAll(/[^A-Za-z0-9_.-]/g, '-') || key
    const group = groups.find((known) => known === `${base}s`) ?? base
    for (const [name, address] of addressesOf(Array.isArray(value) ? group : base, value)) add(name, address, ending[1] === 'public')
  }
  return { hosts: [...found].map(([name, { address }]): HostEntry => ({ name, address })), outputs, notes }
}

function addressesOf(base: string, value: Json): readonly (readonly [string, string])[] {
  if (typeof value === 'string') return isAddress(value) ? [[base, value]] : []
  if (Array.isArray(value)) return value.filter(isAddress).map((address, index) => [`${base}[${index}]`, address] as const)
  return Object.entries(value as JsonObject).flatMap(([name, address]) => (isAddress(address) ? [[name, address] as const] : []))
}

/** An address, or a name with a domain. */
function isAddress(value: Json): value is string {
  return typeof value === 'string' && (isIPv4(value) || isIPv6(value) || /^(?!\d+$)[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/.test(value))
}
