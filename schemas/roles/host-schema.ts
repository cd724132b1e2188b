import type { JsonObject } from '../json.ts'
import type { HostRole } from './host-role.ts'

/**
 * The schema of cluster.yaml with what follows from the roles: a key of `machines` for each machine, and what a group is and runs on by
 * default. Everything else stays as it is written.
 */
export function withHostRoles(
  schema: JsonObject,
  machines: Readonly<Record<string, HostRole>>,
  groups: Readonly<Record<string, HostRole>>,
): JsonObject {
  const properties = schema['properties'] as Readonly<Record<string, JsonObject>>
  const described = Object.entries(groups).map(([name, { description, instanceType }]) => {
    const group = properties[name] as JsonObject & { readonly properties: Readonly<Record<string, JsonObject>> }
    const type = { ...group.properties['instanceType'], default: instanceType }
    return [name, { ...group, description, properties: { ...group.properties, instanceType: type } }] as const
  })
  const all = { ...properties['machines'], properties: mapValues(machines, machineSchema) }
  return { ...schema, properties: { ...properties, machines: all, ...Object.fromEntries(described) } }
}

function machineSchema({ description, instanceType }: HostRole): JsonObject {
  const type = { description: 'The EC2 instance type of this machine.', type: 'string', default: instanceType }
  return { description, type: 'object', additionalProperties: false, default: {}, properties: { instanceType: type } }
}

function mapValues<T, U>(values: Readonly<Record<string, T>>, change: (value: T) => U): Readonly<Record<string, U>> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)]))
}
