import type { Json, JsonObject } from '../../schemas/json.ts'
import { renderJson } from '../../schemas/json-text.ts'
import type { Testbed } from '../../schemas/testbed.ts'
import { createContainerMachine } from '../hops/container-machine.ts'
import type { Hops } from '../hops/hops.ts'
import type { Machine } from '../hops/machine.ts'
import { chooseHosts } from './choose-hosts.ts'
import { StepError } from '../step-error.ts'

/** Where steps may act: the machines of a testbed, the ways to them, and whether this computer is one of them. */
export interface Ground {
  readonly testbed: Testbed
  readonly hops: Hops
  readonly allowLocal: boolean
}

/** A container as a scenario names it: an id or name, or something that knows one, such as a captured task. */
export function containerAt(value: Json): { readonly id: string; readonly host?: Json } {
  if (typeof value === 'string' && value !== '') return { id: value }
  if (isMap(value)) {
    const inner = value['container']
    if (isMap(inner)) return containerAt(inner)
    const host = value['host'] ?? value['agent']
    if (typeof inner === 'string' && inner !== '') return { id: inner, ...(host === undefined ? {} : { host }) }
  }
  throw new StepError('no-container', `no container in ${renderJson(value)}`, {
    hint: 'an id, or an object with `container` and `agent`',
  })
}

/** The machines that an origin means: a `host:`, or a container (`{ container, agent }`, `{ container: task }`) on its host. @throws StepError */
export function machinesAt(origin: Json, ground: Ground): readonly Machine[] {
  if (!isMap(origin)) {
    const { names } = chooseHosts(origin, ground.testbed, ground.allowLocal)
    return names.map((name) => (name === 'local' ? ground.hops.local : ground.hops.machine(name)))
  }
  const inner = containerAt(origin)
  const host = origin['host'] ?? origin['agent'] ?? inner.host
  if (host === undefined)
    throw new StepError('no-host', `on which host is container ${inner.id}?`, { hint: 'name it too: { agent: …, container: … }' })
  return machinesAt(host, ground).map((machine) => createContainerMachine(machine, inner.id))
}

function isMap(value: Json | undefined): value is JsonObject {
  return value !== undefined && value !== null && typeof value === 'object' && !Array.isArray(value)
}
