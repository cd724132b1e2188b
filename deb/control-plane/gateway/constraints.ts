import type { StringMap } from '../model/job.ts'
import { listText } from './java-text.ts'
import type { Violation } from './validate.ts'

const known: readonly string[] = ['uniquehost', 'exclusivehost', 'zonebalance']

/** Complains of constraint names that do not exist and of names that are soft and hard at once. Names are echoed as they are:
 *  the real server evaluates expressions in them (CVE-2020-9297), this one never does. */
export function validateConstraints(soft: StringMap, hard: StringMap): readonly Violation[] {
  const shared = Object.keys(soft).filter((name) => Object.hasOwn(hard, name))
  return [
    ...unknownNames('container.softConstraints', soft),
    ...unknownNames('container.hardConstraints', hard),
    ...(shared.length === 0
      ? []
      : [
          {
            field: 'container',
            description: `Soft and hard constraints not unique. Shared constraints: ${listText(shared)}`,
          },
        ]),
  ]
}

function unknownNames(field: string, constraints: StringMap): readonly Violation[] {
  const names = new Set(Object.keys(constraints).map((name) => name.toLowerCase()))
  const unknown = [...names].filter((name) => !known.includes(name))
  return unknown.length === 0 ? [] : [{ field, description: `Unrecognized constraints ${listText(unknown)}` }]
}
