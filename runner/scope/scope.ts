import type { Json, JsonObject } from '../../schemas/json.ts'
import type { Testbed } from '../../schemas/testbed.ts'
import { textsIn } from './mask.ts'
import type { Mask } from './mask.ts'

/** The variables that expressions see. A name gets its value once; secrets, and what is made from them, are masked. */
export interface Scope {
  readonly variables: JsonObject
  /** @throws RangeError when the name is taken, or a secret is too short to be masked */
  define(name: string, value: Json, secret?: boolean): void
  /** Called with the roots that an expression read and what it gave: a value made from a secret is one. */
  taint(roots: readonly string[], value: Json): void
  /** The names of those that are secret. */
  secretNames(): readonly string[]
  /** The texts in values that are hidden as a whole. */
  hiddenIn(values: JsonObject): readonly string[]
  /** @returns forgets what is defined from now on; what was masked stays so */
  mark(): () => void
}

/** @param initial  what is defined from the start: `testbed`, the inputs of a step file */
export function createScope(initial: JsonObject, mask: Mask): Scope {
  const variables: Record<string, Json> = { ...initial }
  const secrets = new Set<string>()
  // Of a value that has secrets in it: the texts in it that are none.
  const open = new Map<string, ReadonlySet<string>>()
  return {
    variables,
    define(name, value, secret = false) {
      if (Object.hasOwn(variables, name)) throw new RangeError(`${name} has a value already; a captured value never changes`)
      if (secret && !mask.add(value)) throw new RangeError(`the secret ${name} is too short to be masked: 4 characters at least`)
      if (secret || mask.covers(value)) secrets.add(name)
      else {
        const texts = textsIn(value)
        if (texts.some((text) => mask.covers(text))) open.set(name, new Set(texts.filter((text) => !mask.covers(text))))
      }
      variables[name] = value
    },
    taint(roots, value) {
      if (roots.some((root) => secrets.has(root))) mask.add(value)
      else if (roots.some((root) => open.has(root)))
        mask.add(textsIn(value).filter((text) => !roots.some((root) => open.get(root)?.has(text) === true)))
    },
    secretNames: () => [...secrets],
    hiddenIn: (values) => [...new Set(textsIn(values))].filter((text) => mask.covers(text)),
    mark() {
      const before = new Set(Object.keys(variables))
      return () => {
        for (const name of Object.keys(variables)) if (!before.has(name)) delete variables[name]
      }
    },
  }
}

/** A scope inside of another one: it sees what is defined there by now, and what it defines itself stays in it. */
export function forkScope(outer: Scope, mask: Mask): Scope {
  const inner = createScope({ ...outer.variables }, mask)
  return {
    ...inner,
    taint(roots, value) {
      outer.taint(roots, value)
      inner.taint(roots, value)
    },
    secretNames: () => [...outer.secretNames(), ...inner.secretNames()],
  }
}

/** What `${{ testbed… }}` shows of a testbed: everything but the way there and the credentials.
 *  @param capabilities  all that it has */
export function describeTestbed(testbed: Testbed, capabilities: readonly string[]): JsonObject {
  const { name, target, region, account, outputs } = testbed
  const hosts = testbed.hosts.map((host) => ({
    name: host.name,
    ...(host.group === undefined ? {} : { group: host.group }),
    instanceId: host.instanceId,
    address: host.address,
    user: host.user,
  }))
  return { name, target, region, account, outputs, hosts, capabilities }
}
